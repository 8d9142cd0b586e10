/** When work was done, and when it stood still: plain data, the same clock on all threads. */

/** Milliseconds since the epoch, with fractions. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Why work waited: a writer waits for a layer's `digest`, or until the thread that writes its `blob` has the bytes too; a
 * thread that takes bytes from another one for `bytes`, a reader for `room` to put them.
 */
export type WaitReason = 'digest' | 'blob' | 'bytes' | 'room';

export interface Wait extends Span {
  readonly for: WaitReason;
}

/** What one thread spent on a task. */
export interface TaskTiming extends Span {
  /** Node.js's number of the thread: 0 is the main thread. */
  readonly thread: number;
  /** In order. Waits below a millisecond are left out. */
  readonly waits: readonly Wait[];
}

const SHORTEST_WAIT = 1;

/** Milliseconds since the epoch. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Times one task of one thread. */
export class Stopwatch {
  readonly #thread: number;
  readonly #start: number;
  readonly #waits: Wait[] = [];

  constructor(thread: number, start = now()) {
    this.#thread = thread;
    this.#start = start;
  }

  /** Notes that the work stood still from `start` until now. */
  waited(reason: WaitReason, start: number): void {
    const end = now();
    if (end - start >= SHORTEST_WAIT) this.#waits.push({ for: reason, start, end });
  }

  /** Ends the task. */
  stop(): TaskTiming {
    return { thread: this.#thread, start: this.#start, end: now(), waits: this.#waits };
  }
}
