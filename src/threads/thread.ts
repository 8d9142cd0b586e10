import { type ResourceLimits, Worker } from 'node:worker_threads';
import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';

/**
 * Entries live for an instant, so a thread's young generation can be small. With V8's default each thread would let
 * tens of megabytes of them pile up before it looks.
 */
export const THREAD_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 4 };

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

  constructor({ name, script, workerData, onMessage }: ThreadOptions<Out>) {
    this.#worker = new Worker(script, { workerData, resourceLimits: THREAD_LIMITS });
    const die = (reason: string, cause?: Error): void => {
      this.#died.reject(new LayerstreamError('WORKER_DIED', `the ${name} thread died: ${reason}`, { cause }));
    };
    this.#worker.on('message', onMessage);
    this.#worker.on('error', (error) => die(error.message, error));
    this.#worker.on('exit', (code) => {
      if (!this.#isClosed) die(`exit code ${code}`);
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
