/**
 * Chunks of shared memory that go round between threads: one thread fills them in turn, one frees them in the same
 * order, and others may look on in between. Neither side copies, and neither goes on without the other.
 *
 * Threads wait here with their event loops blocked. The main thread must not: it gets messages (`Intake`).
 */

import { announce, awaitChange, CHANGE_CELLS, close, countChanges, isClosed } from './changes.js';

/** What threads share. */
export interface RingMemory {
  readonly chunks: readonly Uint8Array[];
  /** Bytes that each chunk holds. */
  readonly lengths: Int32Array;
  /** See `Cell`. */
  readonly cells: Int32Array;
}

const Cell = {
  ...CHANGE_CELLS,
  /** Chunks filled and freed since the beginning. */
  filled: 2,
  freed: 3,
} as const;

/** Enough to read while a chunk is written or hashed; small enough that memory stays flat. */
const CHUNK_COUNT = 4;

/** Large enough that handing a chunk on, for which threads have to be woken, costs little compared with filling it. */
const CHUNK_SIZE = 4 * 1024 * 1024;

export function makeRing(count = CHUNK_COUNT, chunkSize = CHUNK_SIZE): RingMemory {
  return ringOf(Array.from({ length: count }, () => new Uint8Array(new SharedArrayBuffer(chunkSize))));
}

/** A ring of chunks that must not be in use elsewhere. */
export function ringOf(chunks: readonly Uint8Array[]): RingMemory {
  return {
    chunks,
    lengths: new Int32Array(new SharedArrayBuffer(chunks.length * Int32Array.BYTES_PER_ELEMENT)),
    cells: new Int32Array(new SharedArrayBuffer(Object.keys(Cell).length * Int32Array.BYTES_PER_ELEMENT)),
  };
}

/** Ends all waits, now and later. */
export function closeRing({ cells }: RingMemory): void {
  close(cells);
}

/** The end that fills. */
export class RingFiller {
  readonly #memory: RingMemory;
  #filled = 0;

  constructor(memory: RingMemory) {
    this.#memory = memory;
  }

  /** A chunk to be filled, as soon as one is free; undefined when the ring was closed. */
  room(): Uint8Array | undefined {
    const { chunks, cells } = this.#memory;
    const isOpen = waitUntil(cells, () => this.#filled - Atomics.load(cells, Cell.freed) < chunks.length);
    return isOpen ? chunks[this.#filled % chunks.length] : undefined;
  }

  /** Hands on the chunk that `room` gave, with so many bytes in it. */
  filled(length: number): void {
    const { chunks, cells, lengths } = this.#memory;
    lengths[this.#filled % chunks.length] = length;
    this.#filled++;
    Atomics.add(cells, Cell.filled, 1);
    announce(cells);
  }
}

/** An end that takes what was filled. One that only looks on leaves it to another to free. */
export class RingTaker {
  readonly #memory: RingMemory;
  #taken: number;

  /** Passes over the chunks that came before number `from`. */
  constructor(memory: RingMemory, from = 0) {
    this.#memory = memory;
    this.#taken = from;
  }

  /** The next chunk, as soon as it is filled; undefined when the ring was closed. */
  next(): Uint8Array | undefined {
    const { cells } = this.#memory;
    return waitUntil(cells, () => Atomics.load(cells, Cell.filled) > this.#taken) ? this.take() : undefined;
  }

  /** The next chunk, of which the caller knows that it is filled. */
  take(): Uint8Array {
    const { chunks, lengths } = this.#memory;
    const index = this.#taken++ % chunks.length;
    const chunk = chunks[index];
    if (chunk === undefined) throw new RangeError('a ring has no chunks');
    return chunk.subarray(0, lengths[index]);
  }

  /** Gives the oldest chunk that was not freed back to be filled. */
  free(): void {
    const { cells } = this.#memory;
    Atomics.add(cells, Cell.freed, 1);
    announce(cells);
  }
}

/** False when the ring was closed. */
function waitUntil(cells: Int32Array, isReady: () => boolean): boolean {
  for (;;) {
    const seen = countChanges(cells);
    if (isClosed(cells)) return false;
    if (isReady()) return true;
    awaitChange(cells, seen);
  }
}
