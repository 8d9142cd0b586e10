import type { BuildEvent } from '../../events/events.js';
import { type Load, lessLoad } from './pace.js';

/** What a build is going to do: known once all layers are scanned. */
export interface BuildPlan {
  /** Bytes. */
  readonly toHash: number;
  /** Bytes. */
  readonly toWrite: number;
  /** Threads that hash. */
  readonly workers: number;
  /** The layers to hash, in the image's order. */
  readonly layers: readonly PlannedLayer[];
}

export interface PlannedLayer {
  readonly layer: number;
  /** Bytes of the layers before it. */
  readonly before: number;
  readonly size: number;
  readonly entries: number;
}

/** Counts the layers that are scanned, and makes the plan after the last. */
export class Scan {
  readonly #started: Extract<BuildEvent, { type: 'started' }>;
  #scanned = 0;

  constructor(started: Extract<BuildEvent, { type: 'started' }>) {
    this.#started = started;
  }

  get scanned(): number {
    return this.#scanned;
  }

  get toScan(): number {
    return this.#started.toScan;
  }

  layerScanned(): void {
    this.#scanned++;
  }

  plan({ toHash, toWrite, layers: all }: Extract<BuildEvent, { type: 'planned' }>): BuildPlan {
    let before = 0;
    const layers: PlannedLayer[] = [];
    for (const [layer, { size, entries, isHashed }] of all.entries()) {
      if (isHashed) layers.push({ layer, before, size, entries });
      before += size;
    }
    return { toHash, toWrite, workers: this.#started.workers, layers };
  }
}

/** Entries of planned layers after the image's first `bytes`. */
export function entriesAfter({ layers }: BuildPlan, bytes: number): number {
  return layers.reduce((total, { before, size, entries }) => {
    const done = size > 0 ? Math.min(1, Math.max(0, (bytes - before) / size)) : 1;
    return total + entries * (1 - done);
  }, 0);
}

/** The layers that are still to be hashed. */
export class PendingLayers {
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
    this.#left = lessLoad(this.#left, { bytes: size, entries });
  }

  /** Bytes at the start of the image whose layers all have known digests. */
  get ready(): number {
    for (const { before } of this.#pending.values()) return before;
    return this.#plan.toWrite;
  }

  /** Threads that have something to hash. */
  get busy(): number {
    return Math.max(1, Math.min(this.#plan.workers, this.#pending.size));
  }

  /** The work left when `hashed` bytes are hashed. */
  left(hashed: number): Load {
    return lessLoad(this.#left, this.#begun(hashed));
  }

  /** For each pending layer: the bytes before it, and the least work that is left of it. */
  *each(hashed: number): Iterable<{ readonly before: number; readonly left: Load }> {
    // It is not known which layers the begun bytes belong to: all of them may belong to any one.
    const begun = this.#begun(hashed);
    for (const { before, size, entries } of this.#pending.values())
      yield { before, left: lessLoad({ bytes: size, entries }, begun) };
  }

  /** The work that is done of layers that are still pending. */
  #begun(hashed: number): Load {
    const { bytes, entries } = this.#left;
    const begun = Math.min(bytes, Math.max(0, hashed - (this.#plan.toHash - bytes)));
    return { bytes: begun, entries: bytes > 0 ? (entries * begun) / bytes : 0 };
  }
}
