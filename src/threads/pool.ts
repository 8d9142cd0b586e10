import { createRequire } from 'node:module';
import type { Piscina } from 'piscina';
import { fromPlainError, LayerstreamError } from '../ground/errors.js';
import type { Answer, Task, TaskRunner, Timed } from './task.js';
import { type Life, THREAD_LIMITS } from './thread.js';

const WORKER = import.meta.resolve('#workers/layer.cjs');

/** Tasks may wait for a thread: of each thread one that scans, one that hashes, one that writes and one that helps. */
const TASKS_PER_THREAD = 4;

/**
 * The threads that scan, hash and write layers. Their order is up to the caller, who runs at most as many tasks of one
 * sort at once as there are threads (`runBounded` does).
 */
export class Pool implements TaskRunner, Life {
  readonly threads: number;
  readonly #piscina: Piscina;
  readonly #died: Promise<never>;
  #closed: Promise<void> | undefined;

  constructor(threads: number) {
    this.threads = threads;
    this.#piscina = start(threads);
    this.#died = watch(this.#piscina, () => this.#closed === undefined);
    this.#died.catch(() => {});
  }

  get died(): Promise<never> {
    return this.#died;
  }

  async run<T>(task: Task<T>, { transfer = [] }: Parameters<TaskRunner['run']>[1] = {}): Promise<Timed<T>> {
    // Piscina would start threads again.
    if (this.#closed !== undefined) throw died(new Error('the pool was closed'));
    let answer: Answer<T>;
    try {
      answer = await Promise.race([this.#piscina.run(task, { transferList: [...transfer] }), this.#died]);
    } catch (error) {
      // A worker answers its failures as data, so a rejection means that it could not answer.
      throw died(error);
    }
    if (!answer.ok) throw fromPlainError(answer.error);
    return answer;
  }

  close(): Promise<void> {
    // A second `destroy` of piscina does not wait for the threads.
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#piscina.removeAllListeners('workerDestroy');
    await this.#piscina.destroy();
  }
}

/** Loads piscina only now, and starts a thread at once: a small build waits for it. */
function start(threads: number): Piscina {
  const { Piscina }: typeof import('piscina') = createRequire(import.meta.url)('piscina');
  return new Piscina({
    filename: WORKER,
    // The others start when there is work for them.
    minThreads: 1,
    maxThreads: threads,
    maxQueue: TASKS_PER_THREAD * threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: THREAD_LIMITS,
  });
}

/**
 * Rejects when a thread dies. Piscina rejects the task that a thread dies of, if it has one. A thread that dies
 * without a task, as while it starts, is reported by events only, and tasks may then wait for ever.
 */
function watch(piscina: Piscina, isOpen: () => boolean): Promise<never> {
  return new Promise<never>((_, reject) => {
    // There is a listener in any case: a thread that answers while it is being stopped is such an error too, and must
    // not end the process.
    piscina.on('error', (error) => {
      if (isOpen()) reject(died(error));
    });
    // The task's own rejection has a better reason, and comes just after this event.
    piscina.on('workerDestroy', () => queueMicrotask(() => reject(died(new Error('it ended early')))));
  });
}

function died(error: unknown): LayerstreamError {
  if (error instanceof LayerstreamError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LayerstreamError('WORKER_DIED', `a worker thread died: ${reason}`, { cause: error });
}
