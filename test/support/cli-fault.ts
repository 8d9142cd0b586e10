/** What `cli-preload.ts` does in the program under test. */
export interface Fault {
  readonly thread: 'main' | 'pool' | 'reader' | 'hasher';
  /** Part of a path: the moment is when that is first opened. Or the thread's own start. */
  readonly at: 'start' | string;
  readonly act: /** Says `HELD` on the control descriptor, and waits for an answer there. */
  'hold' | 'exit' | 'throw' | 'fill-memory';
}

/** The descriptor on which a held thread and the test talk. */
export const CONTROL = 3;
export const HELD = 'held\n';
