import { Deferred } from '../ground/deferred.js';
import type { Line, LineRead, Onlooker } from '../threads/line.js';
import type { RingMemory } from '../threads/shared/ring.js';
import type { PipelineLayer } from './layer.js';
import type { Hashing, ServedLayer, TakenRead } from './layer-services.js';

export interface LineUpOptions {
  /** A layer that is `scheduled` is read when its diffID is known, and proven by it. */
  readonly hashing: Exclude<Hashing, 'on-demand'>;
  /** Lets another thread take the layer's chunks, too. */
  readonly onlook?:
    | ((layer: PipelineLayer, ring: RingMemory, from: number) => Promise<Onlooker | undefined>)
    | undefined;
}

/**
 * Gives each layer that is copied in its turn the read that a line has ready for it. A layer that is copied before its
 * turn, or again, gets none. After a copy that failed, the line holds bytes that nobody takes: then no layer gets one.
 */
export class LineUp {
  readonly #layers: readonly PipelineLayer[];
  readonly #line: Line;
  readonly #options: LineUpOptions;
  readonly #reads: readonly Deferred<LineRead>[];
  #next = 0;
  #isBroken = false;
  /** The copy that has the line. */
  #before: Promise<void> = Promise.resolve();

  constructor(layers: readonly PipelineLayer[], line: Line, options: LineUpOptions) {
    this.#layers = layers;
    this.#line = line;
    this.#options = options;
    this.#reads = layers.map(() => new Deferred<LineRead>());
  }

  /** Asks the line for each layer as soon as it, and all before it, may be read. */
  async request(): Promise<void> {
    try {
      for (const [i, layer] of this.#layers.entries()) {
        await layer.scanned();
        const diffId = this.#options.hashing === 'scheduled' ? await layer.diffId() : undefined;
        this.#reads[i]?.resolve(this.#line.request(layer.content, diffId));
      }
    } catch (error) {
      for (const read of this.#reads) read.reject(error);
      throw error;
    }
  }

  readonly take = ({ plan: { index } }: ServedLayer): Promise<TakenRead> | undefined => {
    const [layer, read] = [this.#layers[index], this.#reads[index]];
    if (this.#isBroken || index !== this.#next || layer === undefined || read === undefined) return undefined;
    this.#next++;
    return this.#take(layer, read.promise);
  };

  async #take(layer: PipelineLayer, ready: Promise<LineRead>): Promise<TakenRead> {
    const before = this.#before;
    const ended = new Deferred<void>();
    this.#before = ended.promise;
    await before;
    const read = await ready;
    return {
      read,
      onlook: async (ring, from) => this.#options.onlook?.(layer, ring, from),
      release: (outcome) => {
        if (outcome === 'failed') this.#isBroken = true;
        ended.resolve();
      },
    };
  }
}
