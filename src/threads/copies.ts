import type { ByteRange, ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import { fromPlainError, LayerstreamError } from '../ground/errors.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import { startReader } from './reader.js';
import { Intake } from './shared/intake.js';
import { makeRing } from './shared/ring.js';
import type { FromReader, ToReader } from './tasks/read.js';
import type { Life, Thread } from './thread.js';

/** Copies at one time; others wait. Each has a thread and so many bytes of memory. */
const MAX_COPIES = 4;
const CHUNKS = 3;
const CHUNK_SIZE = 1024 * 1024;

export interface Copy {
  readonly content: LayerContent;
  /** The layer's diffID, which its bytes have to prove to have. */
  readonly diffId: Digest;
  /** By default all bytes. */
  readonly range?: ByteRange | undefined;
}

/** Copies layers in any order and several at a time, each on a thread of its own that is kept for the next copy. */
export class Copies implements Life {
  readonly #idle: Copier[] = [];
  readonly #all = new Set<Copier>();
  readonly #waiting: Deferred<void>[] = [];
  readonly #died = new Deferred<never>();
  #running = 0;
  #most = MAX_COPIES;
  #isClosed = false;

  get died(): Promise<never> {
    return this.#died.promise;
  }

  /**
   * Writes a layer's bytes, or a range of them, to a target. When it fails, the target has not got all of them.
   *
   * @throws {LayerstreamError} `PATH_CHANGED`, `READ_FAILED`, `THREADS_UNAVAILABLE`; what the target throws is passed on
   */
  async run(copy: Copy, target: ByteTarget): Promise<void> {
    const copier = await this.#begin();
    try {
      await copier.copy(copy, target);
      this.#idle.push(copier);
    } catch (error) {
      // Its ring may hold what nobody takes.
      this.#all.delete(copier);
      await copier.close();
      throw error;
    } finally {
      this.#end();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closed());
    await Promise.all([...this.#all].map((copier) => copier.close()));
  }

  async #begin(): Promise<Copier> {
    for (;;) {
      while (this.#running >= this.#most && !this.#isClosed) {
        const turn = new Deferred<void>();
        this.#waiting.push(turn);
        await turn.promise;
      }
      if (this.#isClosed) throw closed();
      const copier = this.#take();
      if (copier !== undefined) {
        this.#running++;
        return copier;
      }
      this.#most = this.#running;
    }
  }

  #end(): void {
    this.#running--;
    this.#waiting.shift()?.resolve();
  }

  /** Undefined where no thread can be started, and one that copies now can be waited for. */
  #take(): Copier | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    let copier: Copier;
    try {
      copier = new Copier();
    } catch (error) {
      if (this.#running === 0) throw error;
      return undefined;
    }
    this.#all.add(copier);
    copier.died.catch((error: unknown) => this.#died.reject(error));
    return copier;
  }
}

/** A thread that reads, and its ring. */
class Copier implements Life {
  readonly #intake = new Intake(makeRing(CHUNKS, CHUNK_SIZE));
  readonly #thread: Thread<ToReader, FromReader>;

  constructor() {
    const { ring } = this.#intake;
    this.#thread = startReader({ name: 'copying', ring, onMessage: (message) => this.#onMessage(message) });
    this.died.catch((error: LayerstreamError) => this.#intake.abort(error));
  }

  get died(): Promise<never> {
    return this.#thread.died;
  }

  async copy({ content, diffId, range }: Copy, target: ByteTarget): Promise<void> {
    this.#intake.begin();
    this.#thread.post({ content, diffId, range, announces: true });
    await this.#intake.copyTo(target);
  }

  async close(): Promise<void> {
    this.#intake.abort(closed());
    await this.#thread.close();
  }

  #onMessage(message: FromReader): void {
    if (message.type === 'filled') this.#intake.onFilled();
    else if (message.type === 'end') this.#intake.onEnd();
    else this.#intake.abort(fromPlainError(message.error));
  }
}

function closed(): LayerstreamError {
  return new LayerstreamError('ABORTED', 'the threads that copy layers were closed');
}
