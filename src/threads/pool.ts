import { createRequire } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import type { Piscina, TaskQueue } from 'piscina';
import { fromPlainError } from '../ground/errors.js';
import { RevocableQueue } from './revocable-queue.js';
import type { Answer, Task, TaskPool, Timed } from './task.js';
import { type Life, THREAD_LIMITS } from './thread.js';
import { isStartFailure, threadFault } from './thread-fault.js';

const WORKER = import.meta.resolve('#workers/layer.cjs');

type Queue = RevocableQueue<Parameters<TaskQueue['push']>[0]>;

/** For messages. */
const NAME = 'a worker thread';

/** Tasks may wait for a thread: of each thread one that scans, one that hashes, one that writes and one that helps. */
const TASKS_PER_THREAD = 4;

/**
 * The threads that scan, hash and write layers. Their order is up to the caller, who runs at most as many tasks of one
 * sort at once as there are threads (`runBounded` does). Where the system refuses to start one, the others do its tasks
 * in their turn.
 */
export class Pool implements TaskPool, Life {
  /** Threads that were asked for. */
  readonly wanted: number;
  readonly #queue: Queue = new RevocableQueue();
  readonly #piscina: Piscina;
  readonly #died: Promise<never>;
  #closed: Promise<void> | undefined;

  /** @throws {LayerstreamError} `THREADS_UNAVAILABLE` if not even one thread can be started. */
  constructor(wanted: number, threads = wanted) {
    this.wanted = wanted;
    try {
      this.#piscina = start(threads, this.#queue);
    } catch (error) {
      throw threadFault(NAME, error);
    }
    this.#died = watch(this.#piscina, () => this.#closed === undefined);
    this.#died.catch(() => {});
  }

  /** The most threads that there will be: fewer than were wanted as soon as one could not be started. */
  get threads(): number {
    return this.#piscina.maxThreads;
  }

  get died(): Promise<never> {
    return this.#died;
  }

  async run<T>(task: Task<T>, { transfer = [] }: Parameters<TaskPool['run']>[1] = {}): Promise<Timed<T>> {
    // Piscina would start threads again.
    if (this.#closed !== undefined) throw threadFault(NAME, new Error('the pool was closed'));
    let answer: Answer<T>;
    try {
      answer = await Promise.race([this.#hand(task, transfer), this.#died]);
    } catch (error) {
      // A worker answers its failures as data, so a rejection means that it could not answer.
      throw threadFault(NAME, error);
    }
    if (!answer.ok) throw fromPlainError(answer.error);
    return answer;
  }

  /** Starts a thread if none is idle and there may be one more. */
  #hand<T>(task: Task<T>, transfer: readonly MessagePort[]): Promise<Answer<T>> {
    const run = (): Promise<Answer<T>> => this.#piscina.run(task, { transferList: [...transfer] });
    try {
      return run();
    } catch (error) {
      // Nobody has the promise of the task that piscina took before it tried to start a thread.
      this.#queue.revoke();
      const started = this.#piscina.threads.length;
      if (started === 0 || !isStartFailure(error)) throw error;
      this.#piscina.options.maxThreads = started;
      return run();
    }
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
function start(threads: number, taskQueue: Queue): Piscina {
  const { Piscina }: typeof import('piscina') = createRequire(import.meta.url)('piscina');
  const piscina = new Piscina({
    filename: WORKER,
    // The others start when there is work for them.
    minThreads: 1,
    maxThreads: threads,
    maxQueue: TASKS_PER_THREAD * threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: THREAD_LIMITS,
    taskQueue,
    // A task that helps another one must not get a thread before it: it would wait for ever.
    stricterFIFO: true,
  });
  // No thread takes the place of one that died: that would be tried in an event, where a failure ends the process.
  piscina.options.minThreads = 0;
  return piscina;
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
      if (isOpen()) reject(threadFault(NAME, error));
    });
    // The task's own rejection has a better reason, and comes just after this event.
    piscina.on('workerDestroy', () => queueMicrotask(() => reject(threadFault(NAME, new Error('it ended early')))));
  });
}
