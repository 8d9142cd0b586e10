import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';

/**
 * Tasks that fail together. `onFailure` is called at each failure, to end those that wait for the one that failed; they
 * fail too.
 */
export class TaskGroup {
  readonly #onFailure: (error: unknown) => void;
  readonly #failures: unknown[] = [];
  readonly #ended = new Deferred<void>();
  #running = 0;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Not after all that were added have ended. */
  add(task: Promise<unknown>): void {
    this.#running++;
    const fail = (error: unknown): void => {
      this.#failures.push(error);
      this.#onFailure(error);
    };
    task
      .then(() => {}, fail)
      .finally(() => {
        if (--this.#running === 0) this.#ended.resolve();
      });
  }

  /** Waits for all tasks, of which there must be one. The error that it throws is the first cause. */
  async ended(): Promise<void> {
    await this.#ended.promise;
    const isCause = (error: unknown): boolean => !(error instanceof LayerstreamError && error.code === 'ABORTED');
    if (this.#failures.length > 0) throw this.#failures.find(isCause) ?? this.#failures[0];
  }
}
