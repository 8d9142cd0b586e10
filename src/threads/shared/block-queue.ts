/**
 * Blocks of one blob in memory that a team of threads shares. The lead fills them and takes them in order; any thread
 * that has time compresses one, the lead too. Each block is in a slot, and its compressed bytes take its place.
 *
 * Threads wait here with their event loops blocked; the main thread must not.
 */

import { announce, awaitChange, CHANGE_CELLS, close, countChanges, isClosed } from './changes.js';

/** What the threads share. */
export interface BlockQueueMemory {
  readonly slots: readonly Uint8Array[];
  /** For each slot the bytes that it holds, before and then after it is compressed. */
  readonly lengths: Int32Array;
  /** For each slot 1 when it is compressed. */
  readonly done: Int32Array;
  /** See `Cell`. */
  readonly cells: Int32Array;
}

const Cell = {
  ...CHANGE_CELLS,
  /** Blocks filled and claimed since the beginning. */
  filled: 2,
  claimed: 3,
} as const;

/** The slots must not be in use elsewhere; what they hold does not matter. */
export function makeBlockQueue(slots: readonly Uint8Array[]): BlockQueueMemory {
  const cells = (count: number) => new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
  return {
    slots,
    lengths: cells(slots.length),
    done: cells(slots.length),
    cells: cells(Object.keys(Cell).length),
  };
}

/** Ends the work: all waits, now and later. */
export function closeBlockQueue({ cells }: BlockQueueMemory): void {
  close(cells);
}

/** A filled block that is nobody else's. */
export interface ClaimedBlock {
  /** From 0. */
  readonly index: number;
  /** All of it. The thread that filled it knows what it holds. */
  readonly slot: Uint8Array;
  /** Bytes that the lead said were filled. */
  readonly length: number;
  /** Puts what the block became into its place. */
  finish(bytes: Uint8Array): void;
}

/** A thread's part in a team. */
export class QueueMember {
  protected readonly memory: BlockQueueMemory;
  #seen = 0;

  constructor(memory: BlockQueueMemory) {
    this.memory = memory;
  }

  get isClosed(): boolean {
    return isClosed(this.memory.cells);
  }

  /** From here on no change is missed by `wait`. To be called before looking for something to do. */
  look(): void {
    this.#seen = countChanges(this.memory.cells);
  }

  /** Waits until anything changed since `look`. */
  wait(): void {
    awaitChange(this.memory.cells, this.#seen);
  }

  /** The oldest filled block that nobody has claimed, if there is one. */
  claim(): ClaimedBlock | undefined {
    const { cells, lengths } = this.memory;
    for (;;) {
      const index = Atomics.load(cells, Cell.claimed);
      if (index >= Atomics.load(cells, Cell.filled)) return undefined;
      if (Atomics.compareExchange(cells, Cell.claimed, index, index + 1) !== index) continue;
      const [slot, at] = this.slotOf(index);
      const finish = (bytes: Uint8Array): void => this.#finish(index, bytes);
      return { index, slot, length: Atomics.load(lengths, at), finish };
    }
  }

  protected slotOf(index: number): readonly [slot: Uint8Array, at: number] {
    const { slots } = this.memory;
    const at = index % slots.length;
    const slot = slots[at];
    if (slot === undefined) throw new RangeError('a team has no slots');
    return [slot, at];
  }

  #finish(index: number, bytes: Uint8Array): void {
    const [slot, at] = this.slotOf(index);
    slot.set(bytes);
    Atomics.store(this.memory.lengths, at, bytes.length);
    Atomics.store(this.memory.done, at, 1);
    announce(this.memory.cells);
  }
}

/** The part of the one thread that fills blocks and takes them again. */
export class QueueLead extends QueueMember {
  #filled = 0;
  #taken = 0;

  /** Whether each block that was filled was taken. */
  get isEmpty(): boolean {
    return this.#filled === this.#taken;
  }

  /** A slot to be filled, if one is free. */
  room(): Uint8Array | undefined {
    if (this.#filled - this.#taken === this.memory.slots.length) return undefined;
    return this.slotOf(this.#filled)[0];
  }

  /** Hands on the slot that `room` gave, with so many bytes in it. */
  filled(length: number): void {
    const { cells, lengths } = this.memory;
    Atomics.store(lengths, this.slotOf(this.#filled)[1], length);
    this.#filled++;
    Atomics.add(cells, Cell.filled, 1);
    announce(cells);
  }

  /** What the oldest block that was not taken became, if it is compressed. */
  finished(): Uint8Array | undefined {
    const [slot, at] = this.slotOf(this.#taken);
    return Atomics.load(this.memory.done, at) === 1 ? slot.subarray(0, this.memory.lengths[at]) : undefined;
  }

  /** Frees the slot that `finished` gave. */
  taken(): void {
    Atomics.store(this.memory.done, this.slotOf(this.#taken)[1], 0);
    this.#taken++;
  }
}
