import { Worker } from 'node:worker_threads';
import type { ByteTarget } from '../byte-target.js';
import { fromPlainError, LayerstreamError } from '../errors.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import { now, type Stopwatch, type TaskTiming } from '../timing.js';
import type { FromReader, ReaderData, ToReader } from './messages.js';
import { THREAD_LIMITS } from './thread-limits.js';

const WORKER = new URL('../../workers/reader.js', import.meta.url);

/** Enough to read while a chunk is written; small enough that memory stays flat. */
const CHUNK_COUNT = 4;
const CHUNK_SIZE = 1024 * 1024;

/**
 * The thread that reads layers ahead of the writer. It stops reading when all its chunks wait to be written.
 */
export class LayerReader {
  readonly #worker: Worker;
  readonly #chunks: readonly Buffer[];
  readonly #messages: FromReader[] = [];
  #wake: (() => void) | undefined;
  #failure: LayerstreamError | undefined;
  #rejectDied: (error: LayerstreamError) => void = () => {};
  /** Rejects when the thread dies. */
  readonly died = new Promise<never>((_, reject) => {
    this.#rejectDied = reject;
  });
  #asked = 0;
  #begun = 0;

  constructor() {
    this.#chunks = Array.from({ length: CHUNK_COUNT }, () => Buffer.from(new SharedArrayBuffer(CHUNK_SIZE)));
    const data: ReaderData = { chunks: this.#chunks };
    this.#worker = new Worker(WORKER, { workerData: data, resourceLimits: THREAD_LIMITS });
    this.died.catch(() => {});
    this.#worker.on('message', (message: FromReader) => {
      this.#messages.push(message);
      this.#wake?.();
    });
    this.#worker.on('error', (error) => this.#fail(`the reader thread died: ${error.message}`, error));
    this.#worker.on('exit', (code) => this.#fail(`the reader thread died: exit code ${code}`));
  }

  /**
   * Asks for a layer. Reading may begin at once; the bytes wait for `copyTo`, to be called once for each layer, in
   * the order in which they were asked for. Without a digest it is the target that has to check the bytes.
   */
  request(content: LayerContent, diffId: Digest | undefined): LayerRead {
    const turn = this.#asked++;
    this.#send({ type: 'read', content, diffId });
    return {
      copyTo: (target, watch) => {
        if (turn !== this.#begun) throw new RangeError(`layer ${turn} was asked for before layer ${this.#begun}`);
        this.#begun++;
        return this.#copyTo(target, watch);
      },
    };
  }

  /** Stops the thread at once; no target is written to any more. */
  async close(): Promise<void> {
    this.#worker.removeAllListeners('exit');
    this.#messages.length = 0;
    this.#fail('the reader was closed');
    await this.#worker.terminate();
  }

  async #copyTo(target: ByteTarget, watch: Stopwatch): Promise<TaskTiming> {
    for (;;) {
      const asked = now();
      const message = await this.#next();
      watch.waited('bytes', asked);
      if (message.type === 'failed') throw fromPlainError(message.error);
      if (message.type === 'end') return message.timing;
      const chunk = this.#chunks[message.chunk];
      if (chunk === undefined) throw new RangeError(`there is no chunk ${message.chunk}`);
      await target.write(chunk.subarray(0, message.length));
      this.#send({ type: 'free', chunk: message.chunk });
    }
  }

  async #next(): Promise<FromReader> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #send(message: ToReader): void {
    this.#worker.postMessage(message);
  }

  #fail(message: string, cause?: Error): void {
    this.#failure ??= new LayerstreamError('WORKER_DIED', message, { cause });
    this.#rejectDied(this.#failure);
    this.#wake?.();
  }
}

export interface LayerRead {
  /** Writes the layer's bytes to the target, noting waits for them; tells when they were read. */
  copyTo(target: ByteTarget, watch: Stopwatch): Promise<TaskTiming>;
}
