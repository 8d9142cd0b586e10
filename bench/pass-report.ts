import type { BuildEvent } from '../src/events.js';
import type { Span } from '../src/timing.js';

/** What one layer took; undefined where it was not scanned, or not summed. */
export interface LayerTimes {
  readonly size: number;
  readonly scanSeconds: number | undefined;
  readonly digestSeconds: number | undefined;
}

export interface StreamTimes {
  readonly seconds: number;
  /** CPU time of the main thread, while it streamed. */
  readonly mainThreadSeconds: number;
}

/** What one run of `passes.js` gives. */
export interface PassReport {
  readonly entries: number;
  /** From the begin of the first layer to the end of the last. */
  readonly digestSeconds: number;
  /** In the image's order. */
  readonly layers: readonly LayerTimes[];
  readonly stream: StreamTimes | undefined;
}

type MutableLayer = { -readonly [K in keyof LayerTimes]: LayerTimes[K] };

/** Gathers the times of a build from its events. */
export class Passes {
  readonly #layers = new Map<number, MutableLayer>();
  readonly #digest = { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY };
  #stream: StreamTimes | undefined;
  #entries = 0;
  #toSum = Number.POSITIVE_INFINITY;
  #summed = 0;

  /** False until all layers are scanned. */
  get allSummed(): boolean {
    return this.#summed >= this.#toSum;
  }

  get report(): PassReport {
    const { start, end } = this.#digest;
    return {
      entries: this.#entries,
      digestSeconds: Math.max(0, end - start) / 1000,
      layers: [...this.#layers].sort(([a], [b]) => a - b).map(([, layer]) => layer),
      stream: this.#stream,
    };
  }

  onEvent(event: BuildEvent): void {
    if (event.type === 'planned') {
      this.#toSum = event.toSum;
      this.#entries = event.entries;
    }
    if (event.type === 'layer-summed') this.#summed += event.size;
    if (event.type !== 'task') return;
    const layer = this.#layer(event.layer, event.bytes);
    if (event.task === 'scan') layer.scanSeconds = seconds(event.timing);
    if (event.task === 'digest') {
      layer.digestSeconds = seconds(event.timing);
      this.#digest.start = Math.min(this.#digest.start, event.timing.start);
      this.#digest.end = Math.max(this.#digest.end, event.timing.end);
    }
  }

  streamed(times: StreamTimes): void {
    this.#stream = times;
  }

  #layer(index: number, size: number): MutableLayer {
    const known = this.#layers.get(index);
    if (known !== undefined) return known;
    const layer = { size, scanSeconds: undefined, digestSeconds: undefined };
    this.#layers.set(index, layer);
    return layer;
  }
}

function seconds({ start, end }: Span): number {
  return (end - start) / 1000;
}
