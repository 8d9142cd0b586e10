import type { TaskEvent } from './events.js';

/** A thread and its name for people. */
export interface NamedThread {
  /** Its `threadId` in Node.js. */
  readonly id: number;
  readonly name: string;
}

const ROLES = ['worker', 'reader', 'coordinator'] as const;
type Role = (typeof ROLES)[number];

/** The threads that did these tasks: workers first, then readers, then the coordinator, which writes. */
export function nameThreads(tasks: readonly TaskEvent[]): NamedThread[] {
  const roles = new Map<number, Role>();
  for (const { task, timing } of tasks) {
    const role = task === 'write' ? 'coordinator' : task === 'read' ? 'reader' : 'worker';
    const known = roles.get(timing.thread);
    // The coordinator may do other tasks too, and a worker may read.
    if (known !== 'coordinator' && !(known === 'worker' && role === 'reader')) roles.set(timing.thread, role);
  }
  return ROLES.flatMap((role) => {
    const ids = [...roles].flatMap(([id, found]) => (found === role ? [id] : [])).sort((a, b) => a - b);
    const isAlone = ids.length === 1 && role !== 'worker';
    return ids.map((id, i) => ({ id, name: isAlone ? role : `${role} ${i + 1}` }));
  });
}
