/** Slots of shared memory that all threads of a pool take from and give back to. No thread waits for one. */
export interface SlotArena {
  readonly slots: readonly Uint8Array[];
  /** For each slot 1 while somebody has it. */
  readonly taken: Int32Array;
}

export function makeSlotArena(count: number, size: number): SlotArena {
  return {
    slots: Array.from({ length: count }, () => new Uint8Array(new SharedArrayBuffer(size))),
    taken: new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT)),
  };
}

/** The number of a slot that nobody has, if there is one: the lowest, so that memory that is never needed is not used. */
export function takeSlot({ taken }: SlotArena): number | undefined {
  const number = taken.findIndex((_, i) => Atomics.compareExchange(taken, i, 0, 1) === 0);
  return number === -1 ? undefined : number;
}

export function giveSlot({ taken }: SlotArena, number: number): void {
  Atomics.store(taken, number, 0);
}
