/**
 * Puts the layers of an image into a store while they are copied in line: each is read and hashed once, and another
 * thread looks on and writes its blob.
 */
import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';
import type { BlobStore, StoredLayer } from '../image/blob-store.js';
import type { StoreOptions } from '../image/image.js';
import type { BlobAlong } from '../threads/blob-teams.js';
import type { Line, Onlooker } from '../threads/line.js';
import type { RingMemory } from '../threads/shared/ring.js';
import type { ImageBuild, StoreLayers } from './image.js';
import type { PipelineLayer } from './layer.js';
import { type PackedLayer, packLayer } from './packing.js';
import { findBlob, hintOf, learned, orAbort } from './store-layers.js';
import { watchAbort } from './watch-abort.js';

interface Request extends StoreOptions {
  readonly store: BlobStore;
}

export class StoringAlong {
  readonly #build: ImageBuild;
  readonly #line: Line;
  readonly #verify: boolean;
  readonly #request = new Deferred<Request>();
  readonly #stored = new Map<PipelineLayer, Deferred<StoredLayer>>();
  readonly #running: Promise<StoredLayer>[] = [];
  /** The blob that is being written. */
  #before: Promise<unknown> = Promise.resolve();

  /** With `verify` all blobs are written, even if they are there. */
  constructor(build: ImageBuild, line: Line, { verify }: { readonly verify: boolean }) {
    this.#build = build;
    this.#line = line;
    this.#verify = verify;
    for (const layer of build.layers) this.#stored.set(layer, new Deferred());
  }

  /** Ends when the line has copied all layers, and their blobs are in the store. */
  readonly storeLayers: StoreLayers = async (store, options) => {
    this.#request.resolve({ store, ...options });
    const { promise: aborted, stop } = watchAbort(options.signal);
    aborted.catch((error: unknown) => this.abort(error));
    const storing = [...this.#stored.values()].map(({ promise }) => promise);
    try {
      return await Promise.all(storing);
    } catch (error) {
      // Nothing may be written any more when the sink clears up: blobs end when the line does.
      this.#line.abort(error);
      this.abort(error);
      await Promise.allSettled([...storing, ...this.#running]);
      throw error;
    } finally {
      stop();
    }
  };

  /** Makes another thread look on at a layer that the line begins with, if the store lacks its blob. */
  readonly onlook = async (layer: PipelineLayer, ring: RingMemory, from: number): Promise<Onlooker | undefined> => {
    const { store, compression } = await this.#request.promise;
    await this.#before;
    const packed = packLayer(layer, compression);
    const found = this.#verify ? undefined : await findBlob(store, packed, this.#build);
    if (found !== undefined) {
      this.#settle(layer, confirm(layer, found));
      return undefined;
    }
    const slot = await store.open(hintOf(packed));
    const along = this.#build.threads.blobs.writeAlong(
      { ring, from, size: layer.bytes },
      { place: slot.place, compression: packed.compression },
    );
    this.#before = along.written.catch(() => {});
    this.#settle(
      layer,
      orAbort(slot, async () => {
        const stored = await this.#finish(packed, along);
        await slot.commit(stored);
        return stored;
      }),
    );
    return along;
  };

  /** Ends the wait for layers that the line will not copy. */
  abort(error: unknown): void {
    this.#request.reject(error);
    for (const layer of this.#build.layers) layer.failLine(error);
    for (const stored of this.#stored.values()) stored.reject(error);
  }

  async #finish(packed: PackedLayer, { written }: BlobAlong): Promise<StoredLayer> {
    const { layer, kind } = packed;
    const { value, timing, helping } = await written;
    const { digest, diffId } = await layer.lineHash();
    const blob = { digest: value.digest ?? digest, size: value.size };
    layer.reportBlob({ timing, helping });
    this.#build.known.learn(layer, learned(packed, { ...blob, diffId }));
    return { ...blob, diffId, compression: kind, outcome: 'written' };
  }

  #settle(layer: PipelineLayer, storing: Promise<StoredLayer>): void {
    this.#running.push(storing);
    const stored = this.#stored.get(layer);
    storing.then(
      (blob) => {
        this.#build.tally.onStored(layer, blob);
        stored?.resolve(blob);
      },
      (error: unknown) => stored?.reject(error),
    );
  }
}

/** What the store has must be what the line copies. */
async function confirm(layer: PipelineLayer, found: StoredLayer): Promise<StoredLayer> {
  const { diffId } = await layer.lineHash();
  if (diffId === found.diffId) return found;
  throw new LayerstreamError(
    'DIGEST_MISMATCH',
    `${layer.label} was hashed as ${found.diffId} before, but its bytes are ${diffId}`,
    { hint: 'Its files changed without a sign of it. Build again with --verify.' },
  );
}
