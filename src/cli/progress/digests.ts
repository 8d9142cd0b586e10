import { type Load, less } from './load.js';
import type { BuildPlan, PlannedLayer } from './plan.js';

/** Which layers are still to be hashed. */
export class Digests {
  readonly #plan: BuildPlan;
  readonly #pending: Map<number, PlannedLayer>;
  #left: Load;

  constructor(plan: BuildPlan) {
    this.#plan = plan;
    this.#pending = new Map(plan.layers.map((layer) => [layer.layer, layer]));
    this.#left = { bytes: plan.toHash, entries: plan.layers.reduce((total, { entries }) => total + entries, 0) };
  }

  layerHashed(layer: number): void {
    const { size, entries } = this.#pending.get(layer) ?? { size: 0, entries: 0 };
    this.#pending.delete(layer);
    this.#left = less(this.#left, { bytes: size, entries });
  }

  /** Bytes from the image's begin of which all digests are known. */
  get ready(): number {
    for (const { before } of this.#pending.values()) return before;
    return this.#plan.toWrite;
  }

  /** Threads that have something to hash. */
  get busy(): number {
    return Math.max(1, Math.min(this.#plan.workers, this.#pending.size));
  }

  /** What is left when so many bytes are hashed. */
  left(hashed: number): Load {
    return less(this.#left, this.#begun(hashed));
  }

  /** For each pending layer: the bytes before it, and what of it is left at least. */
  *pending(hashed: number): Iterable<{ readonly before: number; readonly left: Load }> {
    // Nobody tells which layers the begun bytes belong to: any of them may have had all.
    const begun = this.#begun(hashed);
    for (const { before, size, entries } of this.#pending.values())
      yield { before, left: less({ bytes: size, entries }, begun) };
  }

  /** What was done of layers that are still pending. */
  #begun(hashed: number): Load {
    const { bytes, entries } = this.#left;
    const begun = Math.min(bytes, Math.max(0, hashed - (this.#plan.toHash - bytes)));
    return { bytes: begun, entries: bytes > 0 ? (entries * begun) / bytes : 0 };
  }
}
