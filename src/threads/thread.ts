import { type ResourceLimits, Worker } from 'node:worker_threads';
import { Deferred } from '../ground/deferred.js';
import type { LayerstreamError } from '../ground/errors.js';
import { threadFault } from './thread-fault.js';

/**
 * Entries live for an instant, so a thread's young generation can be small. With V8's default each thread would let
 * tens of megabytes of them pile up before it looks. And it would reserve 512 MiB of addresses for machine code, of
 * which a thread here makes a few: under a limit on addresses (`ulimit -v`) there would be room for few threads.
 */
export const THREAD_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 4, codeRangeSizeMb: 16 };

/** What all threads have in common, those of the pool and those of streams. */
export interface Life {
  /** Rejects with `WORKER_DIED` when a thread ends that was not closed. It never resolves. */
  readonly died: Promise<never>;
  /** Ends the threads at once, whatever they do. May be called twice. */
  close(): Promise<void>;
}

export interface ThreadOptions<Out> {
  /** For messages. */
  readonly name: string;
  readonly script: URL;
  readonly workerData: unknown;
  readonly onMessage: (message: Out) => void;
}

/** A thread that serves one stream for as long as it lives. It gets messages and sends messages. */
export class Thread<In, Out> implements Life {
  readonly #worker: Worker;
  readonly #died = new Deferred<never>();
  #isClosed = false;

  /** @throws {LayerstreamError} `THREADS_UNAVAILABLE` */
  constructor({ name, script, workerData, onMessage }: ThreadOptions<Out>) {
    const fault = (error: unknown): LayerstreamError => threadFault(`the ${name} thread`, error);
    try {
      this.#worker = new Worker(script, { workerData, resourceLimits: THREAD_LIMITS });
    } catch (error) {
      throw fault(error);
    }
    this.#worker.on('message', onMessage);
    this.#worker.on('error', (error) => this.#died.reject(fault(error)));
    this.#worker.on('exit', (code) => {
      if (!this.#isClosed) this.#died.reject(fault(new Error(`exit code ${code}`)));
    });
  }

  get died(): Promise<never> {
    return this.#died.promise;
  }

  post(message: In): void {
    this.#worker.postMessage(message);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker.terminate();
  }
}
