import type { MessagePort } from 'node:worker_threads';
import type { ByteTarget } from '../../ground/byte-target.js';
import { LayerstreamError } from '../../ground/errors.js';
import { closeRing, makeRing, RingFiller, type RingMemory, RingTaker } from './ring.js';
import { TookCount } from './took-count.js';

/** Chunks in memory at one time, and their size in bytes. */
const CHUNKS = 3;
const CHUNK_SIZE = 1024 * 1024;

/**
 * The main thread's end of a ring that it fills. It must not block its event loop, so a message reports each chunk that
 * the thread on the other side no longer needs. After the last chunk there is an empty one.
 */
export class Outlet implements ByteTarget {
  readonly ring: RingMemory = makeRing(CHUNKS, CHUNK_SIZE);
  readonly #filler = new RingFiller(this.ring);
  /** Frees what the other side took. */
  readonly #taker = new RingTaker(this.ring);
  readonly #took: TookCount;
  #handed = 0;
  /** The chunk that is being filled, and how many of its bytes are. */
  #chunk: Uint8Array | undefined;
  #length = 0;
  #failure: { readonly error: unknown } | undefined;

  /** Takes the port over. */
  constructor(port: MessagePort) {
    this.#took = new TookCount(port);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      this.#chunk ??= await this.#room();
      const part = bytes.subarray(at, at + this.#chunk.length - this.#length);
      this.#chunk.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length === this.#chunk.length) this.#hand();
    }
  }

  /** Says that there are no more bytes. */
  async end(): Promise<void> {
    if (this.#length > 0) this.#hand();
    this.#chunk ??= await this.#room();
    this.#hand();
  }

  /** Lets go of the port, when the other side has ended. */
  close(): void {
    this.#took.close();
  }

  /** Ends all waits with an error, here and in the thread. The first one counts. */
  abort(error: unknown): void {
    this.#failure ??= { error };
    this.#took.abort(this.#failure.error);
    closeRing(this.ring);
  }

  async #room(): Promise<Uint8Array> {
    // This chunk held another one before, if the ring has come round.
    const before = this.#handed - CHUNKS + 1;
    await this.#took.reached(Math.max(0, before));
    if (before > 0) this.#taker.free();
    const chunk = this.#filler.room();
    if (chunk !== undefined) return chunk;
    throw this.#failure?.error ?? new LayerstreamError('ABORTED', 'the bytes are no longer wanted');
  }

  #hand(): void {
    this.#filler.filled(this.#length);
    this.#handed++;
    this.#chunk = undefined;
    this.#length = 0;
  }
}
