/** What `cli-preload.ts` does in the program under test. */
export interface Fault {
  readonly thread: 'main' | 'pool' | 'reader' | 'hasher';
  /** Part of a path, for the moment when it is first opened; or the start of the thread. */
  readonly at: 'start' | string;
  readonly act: /** Says `HELD` on the control descriptor, and waits for an answer there. */
  'hold' | 'exit' | 'throw' | 'fill-memory';
}

/** The descriptor through which the test and a held thread communicate. */
export const CONTROL = 3;
export const HELD = 'held\n';
