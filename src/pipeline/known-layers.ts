import { resolveCacheDirectory } from '../cache/directory.js';
import type { KnownLayer } from '../cache/entry.js';
import { type LayerKey, layerKey } from '../cache/key.js';
import { LayerCache } from '../cache/layer-cache.js';
import { isSettled } from '../cache/settled.js';
import type { PipelineLayer } from './layer.js';

export interface KnownLayersOptions {
  /** Where the cache of layer digests lies; none is used without it. */
  readonly directory: string | undefined;
  /** When the build began to look at files, in milliseconds since the epoch. */
  readonly since: number;
  readonly onWarning: (message: string) => void;
}

/** What a build found out by hashing. It may have made no blob. */
export type LearnedLayer = Pick<KnownLayer, 'diffId'> & Partial<Pick<KnownLayer, 'blobs'>>;

const NO_BLOBS: KnownLayer['blobs'] = new Map();

/** What earlier builds learned of the layers of this one. */
export class KnownLayers {
  readonly #cache: LayerCache | undefined;
  readonly #since: number;
  readonly #keys = new Map<PipelineLayer, LayerKey>();

  constructor({ directory, since, onWarning }: KnownLayersOptions) {
    const path = directory === undefined ? undefined : resolveCacheDirectory(directory, {});
    this.#cache = path === undefined ? undefined : new LayerCache({ directory: path, onWarning });
    this.#since = since;
  }

  /** For a layer that is scanned. */
  find(layer: PipelineLayer): KnownLayer | undefined {
    if (!layer.isHere) return undefined;
    const facts = this.#cache?.find(this.#keyOf(layer));
    const { announced } = layer.plan;
    // Another size would mean that the key leaves something out that the bytes depend on.
    if (facts === undefined || facts.size !== layer.content.size) return undefined;
    // Where the cache and an input disagree, only the bytes can tell who is wrong.
    return announced === undefined || announced.diffId === facts.diffId ? facts : undefined;
  }

  /** Remembers what was hashed, unless its files changed so lately that their times may not show the next change. */
  learn(layer: PipelineLayer, { diffId, blobs = NO_BLOBS }: LearnedLayer): void {
    if (this.#cache === undefined || !isSettled(layer.content, this.#since)) return;
    this.#cache.store(this.#keyOf(layer), { diffId, size: layer.content.size, blobs });
  }

  close(): void {
    this.#cache?.close();
  }

  #keyOf(layer: PipelineLayer): LayerKey {
    const known = this.#keys.get(layer) ?? layerKey(layer.content);
    this.#keys.set(layer, known);
    return known;
  }
}
