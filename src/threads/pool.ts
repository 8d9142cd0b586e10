import { createRequire } from 'node:module';
import type { Piscina } from 'piscina';
import { fromPlainError, LayerstreamError } from '../ground/errors.js';
import type { TaskTiming } from '../ground/timing.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import type { TreeSpec } from '../scan/spec.js';
import type { ScannedTree } from '../scan/walk.js';
import { type BlobOptions, BlobTeams, type TimedBlob } from './blob-team.js';
import type { Answer, LayerTask, TaskValues } from './messages.js';
import { makeRing } from './ring.js';
import { THREAD_LIMITS } from './thread-limits.js';
import type { BlobInput } from './write-blob.js';

const WORKER = import.meta.resolve('#workers/layer.cjs');

export interface Timed<T> {
  readonly value: T;
  readonly timing: TaskTiming;
}

export interface TimedDigest extends Timed<Digest> {
  /** When another thread read for it, if one did. */
  readonly reading?: TaskTiming;
}

/**
 * The threads that scan and hash layers.
 *
 * Hand it at most as many tasks at once as it has threads (`runBounded` does): order is the caller's affair.
 */
export class LayerPool {
  readonly threads: number;
  readonly #piscina: Piscina;
  readonly #blobs = new BlobTeams({
    lead: (task) => this.#run<'blob'>(task),
    help: (task) => this.#run<'compress'>(task),
  });
  /** Rejects when a thread dies that has no task which could tell of it. */
  readonly #died: Promise<never>;

  constructor(threads: number) {
    this.threads = threads;
    this.#piscina = start(threads);
    this.#died = watch(this.#piscina);
    this.#died.catch(() => {});
  }

  scan(spec: TreeSpec): Promise<Timed<ScannedTree>> {
    return this.#run<'scan'>({ kind: 'scan', spec });
  }

  digest(content: LayerContent, hashed: BigInt64Array): Promise<TimedDigest> {
    return this.#run<'digest'>({ kind: 'digest', content, hashed });
  }

  /** As `digest`, with two threads: one reads ahead of the one that hash. */
  async digestFed(content: LayerContent, hashed: BigInt64Array): Promise<TimedDigest> {
    const ring = makeRing();
    const hashing = this.#run<'hash'>({ kind: 'hash', size: content.size, ring, hashed });
    // Fails when the reading does, whose error says why.
    hashing.catch(() => {});
    const { timing: reading } = await this.#run<'feed'>({ kind: 'feed', content, ring });
    return { ...(await hashing), reading };
  }

  /**
   * Writes a layer's blob to a new file, on so many threads. A failure removes the file; but where a thread dies or the
   * pool is closed meanwhile, it may stay, and is the caller's to remove.
   *
   * @throws {LayerstreamError} `WRITE_FAILED`, or an error of reading the layer.
   */
  writeBlob(input: BlobInput, options: BlobOptions): Promise<TimedBlob> {
    return this.#blobs.write(input, options);
  }

  /** Stops all threads at once, whatever they do. */
  async close(): Promise<void> {
    this.#piscina.removeAllListeners('workerDestroy');
    await this.#piscina.destroy();
  }

  async #run<K extends LayerTask['kind']>(task: LayerTask & { kind: K }): Promise<Timed<TaskValues[K]>> {
    let answer: Answer<TaskValues[K]>;
    try {
      answer = await Promise.race([this.#piscina.run(task), this.#died]);
    } catch (error) {
      // A worker answers its failures as data, so a rejection means that it could not answer.
      const reason = error instanceof Error ? error.message : String(error);
      throw new LayerstreamError('WORKER_DIED', `a worker thread died: ${reason}`, { cause: error });
    }
    if (!answer.ok) throw fromPlainError(answer.error);
    return answer;
  }
}

/**
 * Loads Piscina now that there is a pool to be made, and at once: the thread that starts here is what a small build
 * waits for.
 */
function start(threads: number): Piscina {
  const { Piscina }: typeof import('piscina') = createRequire(import.meta.url)('piscina');
  return new Piscina({
    filename: WORKER,
    // The others start when there is work for them.
    minThreads: 1,
    maxThreads: threads,
    maxQueue: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: THREAD_LIMITS,
  });
}

/**
 * Rejects when a thread dies. Piscina rejects the task that a thread dies of, if it has one; of a thread that dies
 * without, as while it starts, it tells by events only, and tasks may then wait for ever.
 */
function watch(piscina: Piscina): Promise<never> {
  return new Promise<never>((_, reject) => {
    // Listened to in any case: a thread that answers while it is being stopped is such an error too, and must not end
    // the process.
    piscina.on('error', reject);
    // The task's own rejection has a better reason, and comes just behind this event.
    piscina.on('workerDestroy', () => queueMicrotask(() => reject(new Error('it ended early'))));
  });
}
