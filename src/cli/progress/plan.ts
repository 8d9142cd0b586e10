import type { BuildEvent } from '../../events.js';

/** What a build is going to do: known once all layers are scanned. */
export interface BuildPlan {
  readonly toSum: number;
  readonly toWrite: number;
  /** Threads that sum. */
  readonly workers: number;
  /** Those to be summed, in the image's order. */
  readonly layers: readonly PlannedLayer[];
}

export interface PlannedLayer {
  readonly layer: number;
  /** Bytes of the layers before it. */
  readonly before: number;
  readonly size: number;
  readonly entries: number;
}

/** Learns of the plan while layers are scanned. */
export class Scan {
  readonly #started: Extract<BuildEvent, { type: 'started' }>;
  readonly #scanned: { readonly layer: number; readonly size: number; readonly entries: number }[] = [];

  constructor(started: Extract<BuildEvent, { type: 'started' }>) {
    this.#started = started;
  }

  get scanned(): number {
    return this.#scanned.length;
  }

  get toScan(): number {
    return this.#started.toScan;
  }

  layerScanned({ layer, size, entries }: Extract<BuildEvent, { type: 'layer-scanned' }>): void {
    this.#scanned.push({ layer, size, entries });
  }

  plan({ toSum, toWrite }: Extract<BuildEvent, { type: 'planned' }>): BuildPlan {
    // What is only written is a base image's, and so comes first. What is summed unscanned comes last.
    let before = toWrite - toSum;
    const layers: PlannedLayer[] = [];
    for (const { layer, size, entries } of this.#scanned.sort((a, b) => a.layer - b.layer)) {
      layers.push({ layer, before, size, entries });
      before += size;
    }
    if (before < toWrite) layers.push({ layer: this.#started.layers - 1, before, size: toWrite - before, entries: 0 });
    return { toSum, toWrite, workers: this.#started.workers, layers };
  }
}

/** Entries of planned layers behind so many bytes of the image. */
export function entriesBehind({ layers }: BuildPlan, bytes: number): number {
  return layers.reduce((sum, { before, size, entries }) => {
    const done = size > 0 ? Math.min(1, Math.max(0, (bytes - before) / size)) : 1;
    return sum + entries * (1 - done);
  }, 0);
}
