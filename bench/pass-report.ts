import type { BuildEvent } from '../src/events/events.js';
import type { Span } from '../src/ground/timing.js';

/** The times of one layer. */
export interface LayerTimes {
  readonly size: number;
  /** One for each slice of the layer that was scanned separately. */
  readonly scanSeconds: readonly number[];
  /** Undefined if it was not hashed before it was streamed. */
  readonly digestSeconds: number | undefined;
  /** Whether a second thread read for the one that hashed. */
  readonly fed: boolean;
}

export interface StreamTimes {
  readonly seconds: number;
  /** CPU time of the main thread, while it streamed. */
  readonly mainThreadSeconds: number;
}

/** The result of one run of `passes.js`. */
export interface PassReport {
  readonly entries: number;
  /** From the start of the first layer to the end of the last. */
  readonly digestSeconds: number;
  /** In the image's order. */
  readonly layers: readonly LayerTimes[];
  readonly stream: StreamTimes | undefined;
}

interface GatheredLayer extends LayerTimes {
  size: number;
  readonly scanSeconds: number[];
  digestSeconds: number | undefined;
  fed: boolean;
}

/** Collects the times of a build from its events. */
export class Passes {
  readonly #layers = new Map<number, GatheredLayer>();
  readonly #digest = { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY };
  #stream: StreamTimes | undefined;
  #entries = 0;
  #toHash = Number.POSITIVE_INFINITY;
  #hashed = 0;

  /** False until all layers are scanned. */
  get allHashed(): boolean {
    return this.#hashed >= this.#toHash;
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
      this.#toHash = event.toHash;
      this.#entries = event.entries;
    }
    if (event.type === 'layer-hashed') this.#hashed += event.size;
    if (event.type === 'task') this.#onTask(event);
  }

  streamed(times: StreamTimes): void {
    this.#stream = times;
  }

  #onTask({ task, layer: index, bytes, timing }: BuildEvent & { readonly type: 'task' }): void {
    const layer = this.#layer(index);
    // A scan may be only of a slice.
    if (task === 'scan') layer.scanSeconds.push(seconds(timing));
    else layer.size = bytes;
    // A read before all layers are hashed is a read for hashing.
    if (task === 'read' && !this.allHashed) layer.fed = true;
    if (task !== 'digest') return;
    layer.digestSeconds = seconds(timing);
    this.#digest.start = Math.min(this.#digest.start, timing.start);
    this.#digest.end = Math.max(this.#digest.end, timing.end);
  }

  #layer(index: number): GatheredLayer {
    const known = this.#layers.get(index);
    if (known !== undefined) return known;
    const layer = { size: 0, scanSeconds: [], digestSeconds: undefined, fed: false };
    this.#layers.set(index, layer);
    return layer;
  }
}

function seconds({ start, end }: Span): number {
  return (end - start) / 1000;
}
