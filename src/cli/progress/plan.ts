import type { BuildEvent } from '../../events/events.js';

/** What a build is going to do: known once all layers are scanned. */
export interface BuildPlan {
  readonly toHash: number;
  readonly toWrite: number;
  /** Threads that hash. */
  readonly workers: number;
  /** Those to be hashed, in the image's order. */
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

/** Entries of planned layers behind so many bytes of the image. */
export function entriesBehind({ layers }: BuildPlan, bytes: number): number {
  return layers.reduce((total, { before, size, entries }) => {
    const done = size > 0 ? Math.min(1, Math.max(0, (bytes - before) / size)) : 1;
    return total + entries * (1 - done);
  }, 0);
}
