import type { MessagePort } from 'node:worker_threads';
import { Deferred } from '../../ground/deferred.js';

/** Counts the chunks that a thread no longer needs: it sends a message for each. */
export class TookCount {
  readonly #port: MessagePort;
  #count = 0;
  readonly #waiting: { readonly count: number; readonly deferred: Deferred<void> }[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** Takes the port over. */
  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', () => {
      this.#count++;
      while (this.#waiting[0] !== undefined && this.#waiting[0].count <= this.#count) {
        this.#waiting.shift()?.deferred.resolve();
      }
    });
  }

  /** To be asked for growing counts: a wait for fewer chunks would not end before the one that was asked for first. */
  async reached(count: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#count >= count) return;
    const deferred = new Deferred<void>();
    this.#waiting.push({ count, deferred });
    await deferred.promise;
  }

  /** Nothing is needed any more. */
  close(): void {
    this.#port.close();
    this.#count = Number.POSITIVE_INFINITY;
    for (const { deferred } of this.#waiting.splice(0)) deferred.resolve();
  }

  /** Ends all waits with an error. */
  abort(error: unknown): void {
    this.#port.close();
    this.#failure = { error };
    for (const { deferred } of this.#waiting.splice(0)) deferred.reject(error);
  }
}
