import type { TaskEvent, TaskKind } from './events.js';

/** A thread and its name for people. */
export interface NamedThread {
  /** Its `threadId` in Node.js. */
  readonly id: number;
  readonly name: string;
}

const ROLES = ['worker', 'reader', 'hasher', 'coordinator'] as const;
type Role = (typeof ROLES)[number];

/**
 * The threads that did these tasks: workers first, then what reads, and what hashes in a single pass, then the coordinator,
 * which writes.
 */
export function nameThreads(
  tasks: readonly TaskEvent[],
  { singlePass }: { readonly singlePass: boolean },
): NamedThread[] {
  const roles = new Map<number, Role>();
  for (const { task, timing } of tasks) {
    const role = roleOf(task, singlePass);
    const known = roles.get(timing.thread);
    // The coordinator may do other tasks too, and a worker may read.
    if (known !== 'coordinator' && !(known === 'worker' && role !== 'coordinator')) roles.set(timing.thread, role);
  }
  return ROLES.flatMap((role) => {
    const ids = [...roles].flatMap(([id, found]) => (found === role ? [id] : [])).sort((a, b) => a - b);
    const isAlone = ids.length === 1 && role !== 'worker';
    return ids.map((id, i) => ({ id, name: isAlone ? role : `${role} ${i + 1}` }));
  });
}

function roleOf(task: TaskKind, singlePass: boolean): Role {
  switch (task) {
    case 'write':
      return 'coordinator';
    case 'read':
      return 'reader';
    case 'digest':
      // All layers pass one thread, which is none of the workers.
      return singlePass ? 'hasher' : 'worker';
    default:
      return 'worker';
  }
}
