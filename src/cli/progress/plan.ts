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
  /** All layers, in the image's order. */
  readonly all: readonly PlannedLayer[];
}

export interface PlannedLayer {
  readonly layer: number;
  /** Bytes of the layers before it. */
  readonly before: number;
  readonly size: number;
  readonly entries: number;
}

/** Counts what is scanned, and makes the plan after the last layer. */
export class Scan {
  readonly #started: Extract<BuildEvent, { type: 'started' }>;
  #layers: number;
  #paths = 0;
  #entries = 0;

  constructor(started: Extract<BuildEvent, { type: 'started' }>) {
    this.#started = started;
    // What came as a tar need not be walked.
    this.#layers = started.layers - started.toScan;
  }

  /** Of all layers of the image. */
  get layers(): { readonly done: number; readonly all: number } {
    return { done: this.#layers, all: this.#started.layers };
  }

  /** Entries that were found so far. */
  get entries(): number {
    return this.#entries;
  }

  /** By store paths: a layer may hold most of them. */
  get work(): { readonly done: number; readonly all: number } {
    const { layers, toScan, pathsToScan } = this.#started;
    return { done: layers - toScan + this.#paths, all: layers - toScan + pathsToScan };
  }

  layerScanned(): void {
    this.#layers++;
  }

  progress({ scannedPaths, scannedEntries }: Extract<BuildEvent, { type: 'progress' }>): void {
    this.#paths = scannedPaths;
    this.#entries = scannedEntries;
  }

  plan({ toHash, toWrite, layers }: Extract<BuildEvent, { type: 'planned' }>): BuildPlan {
    let before = 0;
    const all = layers.map(({ size, entries }, layer): PlannedLayer => {
      const placed = { layer, before, size, entries };
      before += size;
      return placed;
    });
    const hashed = all.filter(({ layer }) => layers[layer]?.isHashed);
    return { toHash, toWrite, workers: this.#started.workers, layers: hashed, all };
  }
}

/** Entries after the image's first `bytes`. */
export function entriesAfter({ all }: BuildPlan, bytes: number): number {
  return all.reduce((total, { before, size, entries }) => {
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
