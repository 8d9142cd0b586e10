/**
 * Blocks of one blob in memory that a team of threads shares. The lead fills them and takes them in order; any thread
 * that has time compresses one, the lead too. Each block is in a slot, and its compressed bytes take its place.
 *
 * Helpers may come at any time. Alone, the lead has one slot; with helpers it takes more of an arena, two for each thread:
 * a block to work on and one to come. Where the arena has no more, it goes on with those that it has.
 *
 * Threads wait here with their event loops blocked; the main thread must not.
 */

import { announce, awaitChange, CHANGE_CELLS, close, countChanges, isClosed } from './changes.js';
import { giveSlot, type SlotArena, takeSlot } from './slot-arena.js';

/** What the threads share. */
export interface BlockQueueMemory {
  /** The slot that the lead has in any case. */
  readonly own: Uint8Array;
  readonly arena: SlotArena;
  /** For each block, by its index modulo their number: the slot that it is in, as a number in the arena or `OWN`. */
  readonly places: Int32Array;
  /** For each block the bytes that it has, before and then after it is compressed. */
  readonly lengths: Int32Array;
  /** For each block 1 when it is compressed. */
  readonly done: Int32Array;
  /** See `Cell`. */
  readonly cells: Int32Array;
}

const OWN = -1;

const Cell = {
  ...CHANGE_CELLS,
  /** Blocks filled and claimed since the beginning. */
  filled: 2,
  claimed: 3,
  /** Helpers that came. */
  helpers: 4,
  /** 1 when no more blocks will be filled. */
  complete: 5,
} as const;

/** The slot must not be in use elsewhere; what it holds does not matter. */
export function makeBlockQueue(own: Uint8Array, arena: SlotArena): BlockQueueMemory {
  const cells = (count: number) => new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
  const most = arena.slots.length + 1;
  return {
    own,
    arena,
    places: cells(most),
    lengths: cells(most),
    done: cells(most),
    cells: cells(Object.keys(Cell).length),
  };
}

/** Ends the work: all waits, now and later. */
export function closeBlockQueue({ cells }: BlockQueueMemory): void {
  close(cells);
}

/** Blocks that somebody compresses, or has compressed, since the beginning. */
export function countClaimed({ cells }: BlockQueueMemory): number {
  return Atomics.load(cells, Cell.claimed);
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

  /** Whether all blocks were filled. If so, a `claim` that finds nothing after it will never find anything. */
  get isComplete(): boolean {
    return Atomics.load(this.memory.cells, Cell.complete) === 1;
  }

  /** Makes the lead count with this thread as a helper. */
  join(): void {
    Atomics.add(this.memory.cells, Cell.helpers, 1);
    announce(this.memory.cells);
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
      const at = this.at(index);
      const finish = (bytes: Uint8Array): void => this.#finish(index, bytes);
      return { index, slot: this.slotAt(at), length: Atomics.load(lengths, at), finish };
    }
  }

  /** Where the facts of a block are. */
  protected at(index: number): number {
    return index % this.memory.places.length;
  }

  protected slotAt(at: number): Uint8Array {
    return this.slot(Atomics.load(this.memory.places, at));
  }

  protected slot(number: number): Uint8Array {
    const { own, arena } = this.memory;
    const slot = number === OWN ? own : arena.slots[number];
    if (slot === undefined) throw new RangeError(`an arena has no slot ${number}`);
    return slot;
  }

  #finish(index: number, bytes: Uint8Array): void {
    const at = this.at(index);
    this.slotAt(at).set(bytes);
    Atomics.store(this.memory.lengths, at, bytes.length);
    Atomics.store(this.memory.done, at, 1);
    announce(this.memory.cells);
  }
}

/** The part of the one thread that fills blocks and takes them again. */
export class QueueLead extends QueueMember {
  #filled = 0;
  #taken = 0;
  #ownIsFree = true;
  /** The slot that `room` gave. */
  #next: number | undefined;

  /** Whether each block that was filled was taken. */
  get isEmpty(): boolean {
    return this.#filled === this.#taken;
  }

  /** A slot to be filled, if there may be one more. */
  room(): Uint8Array | undefined {
    if (this.#filled - this.#taken >= this.#most) return undefined;
    this.#next ??= this.#takeSlot();
    return this.#next === undefined ? undefined : this.slot(this.#next);
  }

  /** Hands on the slot that `room` gave, with so many bytes in it. */
  filled(length: number): void {
    const { cells, lengths, places } = this.memory;
    if (this.#next === undefined) throw new TypeError('a slot was filled that was not taken');
    const at = this.at(this.#filled);
    Atomics.store(places, at, this.#next);
    Atomics.store(lengths, at, length);
    this.#next = undefined;
    this.#filled++;
    Atomics.add(cells, Cell.filled, 1);
    announce(cells);
  }

  /** Says that no more blocks will be filled. */
  complete(): void {
    if (this.#next !== undefined) this.#giveSlot(this.#next);
    this.#next = undefined;
    Atomics.store(this.memory.cells, Cell.complete, 1);
    announce(this.memory.cells);
  }

  /** What the oldest block that was not taken became, if it is compressed. */
  finished(): Uint8Array | undefined {
    const at = this.at(this.#taken);
    return Atomics.load(this.memory.done, at) === 1 ? this.slotAt(at).subarray(0, this.memory.lengths[at]) : undefined;
  }

  /** Frees the slot that `finished` gave. */
  taken(): void {
    const at = this.at(this.#taken);
    Atomics.store(this.memory.done, at, 0);
    this.#giveSlot(Atomics.load(this.memory.places, at));
    this.#taken++;
  }

  /** Blocks that may be in memory at once. */
  get #most(): number {
    const helpers = Atomics.load(this.memory.cells, Cell.helpers);
    return helpers === 0 ? 1 : 2 * (helpers + 1);
  }

  #takeSlot(): number | undefined {
    if (!this.#ownIsFree) return takeSlot(this.memory.arena);
    this.#ownIsFree = false;
    return OWN;
  }

  #giveSlot(number: number): void {
    if (number === OWN) this.#ownIsFree = true;
    else giveSlot(this.memory.arena, number);
  }
}
