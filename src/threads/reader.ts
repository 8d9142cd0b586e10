import { Worker } from 'node:worker_threads';
import type { ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import { fromPlainError, LayerstreamError } from '../ground/errors.js';
import { now, type Stopwatch, type TaskTiming } from '../ground/timing.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import type { FromHasher, FromReader, HasherData, LayerHash, ReaderData, ToHasher, ToReader } from './messages.js';
import { closeRing, makeRing, type RingMemory, RingTaker } from './ring.js';
import { THREAD_LIMITS } from './thread-limits.js';

const READER = new URL(import.meta.resolve('#workers/reader.cjs'));
const HASHER = new URL(import.meta.resolve('#workers/hasher.cjs'));

/**
 * The thread that reads layers ahead of the writer, and where layers are hashed on their way, the thread that does
 * it. They stop when all chunks wait to be written.
 */
export class LayerReader {
  readonly #ring: RingMemory = makeRing();
  readonly #taker = new RingTaker(this.#ring);
  readonly #reader: Worker;
  readonly #hasher: Worker | undefined;
  /** Counts hashed bytes for a hasher; no cell where there is none. */
  readonly #hashed: BigInt64Array | undefined;
  readonly #died = new Deferred<never>();
  readonly #unread: Deferred<TaskTiming>[] = [];
  readonly #unhashed: Deferred<LayerHash>[] = [];
  /** Chunks to be taken, and what ends the wait for one. */
  #ready = 0;
  #wake: (() => void) | undefined;
  #failure: LayerstreamError | undefined;
  #asked = 0;
  #begun = 0;

  /** With `hashed` layers are hashed on their way, and their bytes counted there. */
  constructor(options: { hashed?: BigInt64Array | undefined } = {}) {
    this.#hashed = options.hashed;
    this.#reader = this.#start('reader', READER, { ring: this.#ring, announces: this.#hashed === undefined });
    if (this.#hashed !== undefined) this.#hasher = this.#start('hasher', HASHER, { ring: this.#ring });
  }

  /** Rejects when a thread dies. */
  get died(): Promise<never> {
    return this.#died.promise;
  }

  /**
   * Asks for a layer. Reading may begin at once; the bytes wait for `copyTo`, to be called once for each layer, in
   * the order in which they were asked for. Without a digest it is the target that has to check the bytes.
   */
  request(content: LayerContent, diffId: Digest | undefined): LayerRead {
    const turn = this.#asked++;
    const read = new Deferred<TaskTiming>();
    this.#unread.push(read);
    this.#reader.postMessage({ content, diffId } satisfies ToReader);
    const sum = this.#requestHash(content.size);
    return {
      copyTo: async (target, watch) => {
        if (turn !== this.#begun) throw new RangeError(`layer ${turn} was asked for before layer ${this.#begun}`);
        this.#begun++;
        await this.#copy(content.size, target, watch);
        return { timing: await read.promise, sum: await sum?.promise };
      },
    };
  }

  /** Stops the threads at once; no target is written to any more. */
  async close(): Promise<void> {
    this.#fail(new LayerstreamError('WORKER_DIED', 'the reader was closed'));
    closeRing(this.#ring);
    await Promise.all([this.#reader, this.#hasher].map((worker) => worker?.removeAllListeners('exit').terminate()));
  }

  #requestHash(size: number): Deferred<LayerHash> | undefined {
    if (this.#hasher === undefined || this.#hashed === undefined) return undefined;
    const sum = new Deferred<LayerHash>();
    this.#unhashed.push(sum);
    this.#hasher.postMessage({ size, hashed: this.#hashed } satisfies ToHasher);
    return sum;
  }

  #start(name: string, file: URL, workerData: ReaderData | HasherData): Worker {
    const worker = new Worker(file, { workerData, resourceLimits: THREAD_LIMITS });
    const die = (reason: string, cause?: Error): void => {
      const error = new LayerstreamError('WORKER_DIED', `the ${name} thread died: ${reason}`, { cause });
      this.#died.reject(error);
      this.#fail(error);
    };
    worker.on('message', (message: FromReader | FromHasher) => this.#onMessage(message));
    worker.on('error', (error) => die(error.message, error));
    worker.on('exit', (code) => die(`exit code ${code}`));
    return worker;
  }

  #onMessage(message: FromReader | FromHasher): void {
    switch (message.type) {
      case 'filled':
        this.#ready++;
        this.#wake?.();
        break;
      case 'end':
        this.#unread.shift()?.resolve(message.timing);
        break;
      case 'hashed':
        this.#unhashed.shift()?.resolve({ diffId: message.diffId, timing: message.timing });
        break;
      case 'failed':
        this.#fail(fromPlainError(message.error));
    }
  }

  async #copy(size: number, target: ByteTarget, watch: Stopwatch): Promise<void> {
    for (let rest = size; rest > 0; ) {
      const chunk = await this.#next(watch);
      rest -= chunk.length;
      await target.write(chunk);
      this.#taker.free();
    }
  }

  async #next(watch: Stopwatch): Promise<Uint8Array> {
    const asked = now();
    while (this.#ready === 0 && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    watch.waited('bytes', asked);
    this.#ready--;
    return this.#taker.take();
  }

  #fail(error: LayerstreamError): void {
    this.#failure ??= error;
    for (const waiting of [...this.#unread, ...this.#unhashed]) waiting.reject(this.#failure);
    this.#wake?.();
  }
}

export interface LayerRead {
  /** Writes the layer's bytes to the target, noting waits for them. */
  copyTo(target: ByteTarget, watch: Stopwatch): Promise<LayerCopy>;
}

export interface LayerCopy {
  /** When the bytes were read. */
  readonly timing: TaskTiming;
  /** What they were hashed to on their way. */
  readonly sum: LayerHash | undefined;
}
