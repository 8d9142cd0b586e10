/**
 * A task of the pool: a message that a thread gets, and what it gives back. Each kind of task has a file of its own in
 * `tasks/`, with its message, the worker's side and the caller's side; `run-task.ts` lists them.
 */
import type { MessagePort } from 'node:worker_threads';
import type { PlainError } from '../ground/errors.js';
import type { TaskTiming } from '../ground/timing.js';

/** A task's message: data only. `T` is what the worker's side returns; no message carries `result`. */
export interface Task<T> {
  readonly kind: string;
  readonly result?: T;
}

/** What a thread answers. A failure is an answer, too, so that nothing of an error is lost between threads. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly timing: TaskTiming }
  | { readonly ok: false; readonly error: PlainError };

export interface Timed<T> {
  readonly value: T;
  readonly timing: TaskTiming;
}

/** Runs tasks; the caller's side of a task needs no more of the pool. */
export interface TaskRunner {
  /**
   * @throws {LayerstreamError} the task's own error, or `WORKER_DIED`
   */
  run<T>(task: Task<T>, options?: { readonly transfer?: readonly MessagePort[] }): Promise<Timed<T>>;
}

/** Threads that run tasks. */
export interface TaskPool extends TaskRunner {
  /** Tasks that can run at the same time. It may become less when a task is handed over that needs one more thread. */
  readonly threads: number;
}
