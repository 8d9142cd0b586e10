import type { MessagePort } from 'node:worker_threads';
import { LayerstreamError } from '../../ground/errors.js';
import { now, type Stopwatch } from '../../ground/timing.js';
import { type RingMemory, RingTaker } from '../shared/ring.js';
import type { BlockSource } from './compress-blocks.js';

export interface TookMessage {
  readonly type: 'took';
}

/** What comes through a ring, as data. */
export interface RingBytes {
  readonly ring: RingMemory;
  /** Gets a `TookMessage` for each chunk that is no longer needed. */
  readonly port: MessagePort;
  /** Number of the first chunk in the ring; by default 0. */
  readonly from?: number;
  /** How many bytes; by default all before a chunk that is empty. */
  readonly size?: number;
}

/** Gives bytes as they come through a ring. */
export class RingSource implements BlockSource {
  readonly #taker: RingTaker;
  readonly #port: MessagePort;
  readonly #watch: Stopwatch;
  #chunk: Uint8Array = new Uint8Array(0);
  #rest: number;

  constructor({ ring, port, from, size = Number.POSITIVE_INFINITY }: RingBytes, watch: Stopwatch) {
    this.#taker = new RingTaker(ring, from);
    this.#port = port;
    this.#watch = watch;
    this.#rest = size;
  }

  get isEnded(): boolean {
    return this.#rest === 0;
  }

  /** @throws {LayerstreamError} `ABORTED` if the ring was closed */
  fill(target: Uint8Array): number {
    let at = 0;
    while (at < target.length && this.#rest > 0) {
      if (this.#chunk.length === 0) this.#chunk = this.#next();
      if (this.#chunk.length === 0) this.#rest = 0;
      const part = this.#chunk.subarray(0, Math.min(target.length - at, this.#rest));
      target.set(part, at);
      at += part.length;
      this.#rest -= part.length;
      this.#chunk = this.#chunk.subarray(part.length);
      if (this.#chunk.length === 0) this.#port.postMessage({ type: 'took' } satisfies TookMessage);
    }
    return at;
  }

  #next(): Uint8Array {
    const asked = now();
    const chunk = this.#taker.next();
    if (chunk === undefined) throw new LayerstreamError('ABORTED', 'the bytes that were to be stored ended early');
    this.#watch.waited('bytes', asked);
    return chunk;
  }
}
