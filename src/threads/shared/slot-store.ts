/**
 * Shared memory that is used again: what is let go of is freed only when somebody collects garbage, and the main thread
 * makes so little that megabytes for each layer would pile up.
 */
export class SlotStore {
  readonly #free = new Map<number, Uint8Array[]>();

  /** Gives slots of a size in bytes, holding anything. */
  take(count: number, size: number): Uint8Array[] {
    const taken = this.#free.get(size)?.splice(0, count) ?? [];
    while (taken.length < count) taken.push(new Uint8Array(new SharedArrayBuffer(size)));
    return taken;
  }

  /** Takes slots back, of which no thread makes use any more. */
  give(slots: readonly Uint8Array[]): void {
    for (const slot of slots) this.#free.set(slot.length, [...(this.#free.get(slot.length) ?? []), slot]);
  }
}
