import type { ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import { fromPlainError, LayerstreamError } from '../ground/errors.js';
import { now, type Stopwatch, type TaskTiming } from '../ground/timing.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import { startReader } from './reader.js';
import { Intake } from './shared/intake.js';
import { makeRing, type RingMemory } from './shared/ring.js';
import type { FromHasher, HasherData, LayerHash, ToHasher } from './tasks/hash.js';
import type { FromReader, ToReader } from './tasks/read.js';
import { type Life, Thread } from './thread.js';

const HASHER = new URL(import.meta.resolve('#workers/hasher.cjs'));

/** Another thread that takes the chunks of a layer from the ring, too. A chunk is freed when it has taken it. */
export interface Onlooker {
  /** Resolves when it no longer needs the layer's chunk of this number, counted from 0. */
  took(chunk: number): Promise<void>;
}

/** A layer that the line reads. */
export interface LineRead {
  /**
   * Writes the layer's bytes to the target, and notes in `watch` when it waited for them. To be called once for each
   * layer, in the order of the requests.
   */
  copyTo(target: ByteTarget, options: CopyOptions): Promise<LineCopy>;
}

export interface CopyOptions {
  readonly watch: Stopwatch;
  /** Called before the first chunk is taken, with the ring and the number of its chunks that came before. */
  readonly onlook?: ((ring: RingMemory, from: number) => Promise<Onlooker | undefined>) | undefined;
}

export interface LineCopy {
  /** When the bytes were read. */
  readonly timing: TaskTiming;
  /** What they were hashed to on their way, if they were. */
  readonly hash: LayerHash | undefined;
}

/** Whether layers are only read, or hashed on their way, too. */
export type LineKind = 'reading' | 'hashing';

export interface LineOptions {
  /** A counter of bytes: layers are hashed on their way, and it counts their bytes. Without it they are not hashed. */
  readonly hashed?: BigInt64Array | undefined;
}

/**
 * The layers that are copied one after the other: a thread reads ahead of the writer and, if they are hashed on
 * their way, another one hashes. Both stop when all chunks of the ring wait to be written.
 */
export class Line implements Life {
  readonly #intake = new Intake(makeRing());
  readonly #reader: Thread<ToReader, FromReader>;
  readonly #hasher: Thread<ToHasher, FromHasher> | undefined;
  readonly #hashed: BigInt64Array | undefined;
  readonly #died = new Deferred<never>();
  readonly #unread: Deferred<TaskTiming>[] = [];
  readonly #unhashed: Deferred<LayerHash>[] = [];
  #asked = 0;
  #begun = 0;
  #copied = 0;

  /** @throws {LayerstreamError} `THREADS_UNAVAILABLE` */
  constructor({ hashed }: LineOptions = {}) {
    this.#hashed = hashed;
    const { ring } = this.#intake;
    this.#reader = startReader({ name: 'reader', ring, onMessage: (message) => this.#onMessage(message) });
    const threads: Life[] = [this.#reader];
    if (hashed !== undefined) {
      this.#hasher = this.#startHasher();
      threads.push(this.#hasher);
    }
    for (const { died } of threads) {
      died.catch((error: LayerstreamError) => {
        this.#died.reject(error);
        this.abort(error);
      });
    }
  }

  get died(): Promise<never> {
    return this.#died.promise;
  }

  get kind(): LineKind {
    return this.#hashed === undefined ? 'reading' : 'hashing';
  }

  /** Whether all that was requested was copied. */
  get isIdle(): boolean {
    return this.#copied === this.#asked;
  }

  /**
   * Asks for a layer. It may be read at once; its bytes wait for `copyTo`. Without a digest nothing proves that they
   * are those that were hashed before.
   */
  request(content: LayerContent, diffId: Digest | undefined): LineRead {
    const turn = this.#asked++;
    const read = new Deferred<TaskTiming>();
    this.#unread.push(read);
    this.#reader.post({ content, diffId, announces: this.kind === 'reading' });
    const hash = this.#requestHash(content);
    return {
      copyTo: async (target, options) => {
        if (turn !== this.#begun) throw new RangeError(`layer ${turn} was copied before layer ${this.#begun}`);
        this.#begun++;
        await this.#copy(content.size, target, options);
        const copy = { timing: await read.promise, hash: await hash?.promise };
        this.#copied++;
        return copy;
      },
    };
  }

  /** Ends the threads at once. Nothing is written to a target any more. */
  async close(): Promise<void> {
    this.abort(new LayerstreamError('WORKER_DIED', 'the reader was closed'));
    await Promise.all([this.#reader, this.#hasher].map((thread) => thread?.close()));
  }

  #startHasher(): Thread<ToHasher, FromHasher> {
    try {
      return new Thread({
        name: 'hasher',
        script: HASHER,
        workerData: { ring: this.#intake.ring } satisfies HasherData,
        onMessage: (message) => this.#onMessage(message),
      });
    } catch (error) {
      // Nobody else knows of it.
      this.#reader.close().catch(() => {});
      throw error;
    }
  }

  #requestHash(content: LayerContent): Deferred<LayerHash> | undefined {
    if (this.#hasher === undefined || this.#hashed === undefined) return undefined;
    const hash = new Deferred<LayerHash>();
    this.#unhashed.push(hash);
    const [form, path] = content.kind === 'file' ? [content.form, content.path] : (['tar', ''] as const);
    this.#hasher.post({ size: content.size, form, path, hashed: this.#hashed });
    return hash;
  }

  #onMessage(message: FromReader | FromHasher): void {
    switch (message.type) {
      case 'filled':
        this.#intake.onFilled();
        break;
      case 'end':
        this.#unread.shift()?.resolve(message.timing);
        break;
      case 'hashed':
        this.#unhashed.shift()?.resolve(message);
        break;
      case 'failed':
        this.abort(fromPlainError(message.error));
    }
  }

  async #copy(size: number, target: ByteTarget, { watch, onlook }: CopyOptions): Promise<void> {
    const begun = now();
    const onlooker = await onlook?.(this.#intake.ring, this.#intake.taken);
    if (onlook !== undefined) watch.waited('blob', begun);
    for (let rest = size, number = 0; rest > 0; number++) {
      const chunk = await this.#intake.next(watch);
      if (chunk === undefined) throw new RangeError('a line has no end');
      rest -= chunk.length;
      await target.write(chunk);
      const written = now();
      await onlooker?.took(number);
      if (onlooker !== undefined) watch.waited('blob', written);
      this.#intake.free();
    }
  }

  /** Ends all copies with an error, and the reading. */
  abort(error: unknown): void {
    this.#intake.abort(error);
    for (const waiting of [...this.#unread, ...this.#unhashed]) waiting.reject(error);
  }
}
