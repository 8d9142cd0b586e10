import type { TaskEvent } from './events.js';

/** A thread as it is told of. */
export interface NamedThread {
  /** Node.js's number of it. */
  readonly id: number;
  readonly name: string;
}

const ROLES = ['worker', 'reader', 'coordinator'] as const;
type Role = (typeof ROLES)[number];

/** The threads that did these tasks: workers first, then who reads ahead, then who writes. */
export function nameThreads(tasks: readonly TaskEvent[]): NamedThread[] {
  const roles = new Map<number, Role>();
  for (const { task, timing } of tasks) {
    const role = task === 'write' ? 'coordinator' : task === 'read' ? 'reader' : 'worker';
    const known = roles.get(timing.thread);
    // Whoever writes may do anything else too, and a worker may read.
    if (known !== 'coordinator' && !(known === 'worker' && role === 'reader')) roles.set(timing.thread, role);
  }
  return ROLES.flatMap((role) => {
    const ids = [...roles].flatMap(([id, found]) => (found === role ? [id] : [])).sort((a, b) => a - b);
    const isAlone = ids.length === 1 && role !== 'worker';
    return ids.map((id, i) => ({ id, name: isAlone ? role : `${role} ${i + 1}` }));
  });
}
