/** Puts the layers of an image into a store as blobs, on all threads at once, the largest first. */

import type { KnownLayer } from '../cache/entry.js';
import { Deferred } from '../ground/deferred.js';
import type { BlobHint, BlobSlot, BlobStore, StoredLayer } from '../image/blob-store.js';
import type { BlobId } from '../oci/descriptor.js';
import type { WrittenBlob } from '../threads/blobs/write-blob.js';
import { runBounded } from '../threads/run-bounded.js';
import type { ImageBuild, StoreLayers } from './image.js';
import type { PipelineLayer } from './layer.js';
import { knownBlob, type PackedLayer, packLayer } from './packing.js';
import { watchAbort } from './watch-abort.js';

/** With `verify` all layers are hashed and written, even if they are known, or there. */
export function storeLayers(build: ImageBuild, { verify }: { readonly verify: boolean }): StoreLayers {
  return async (store, { compression, signal }) => {
    const { layers, tally, scanned } = build;
    await scanned;
    const stored = new Map<PipelineLayer, StoredLayer>();
    const absent: PackedLayer[] = [];
    for (const layer of layers) {
      const packed = packLayer(layer, compression);
      const found = verify ? undefined : await findBlob(store, packed, build);
      if (found === undefined) absent.push(packed);
      else {
        layer.setKnown(found.diffId);
        stored.set(layer, found);
        tally.onStored(layer, found);
      }
    }
    // Before anything is written: what is needed and only described ends the build.
    for (const { layer } of absent) await layer.scanned();
    tally.planned(layers, { toHash: absent.map(({ layer }) => layer), toWrite: [], blobs: compression.kind });
    await writeAll(store, absent, {
      ...build,
      signal,
      onStored: (layer, blob) => {
        stored.set(layer, blob);
        tally.onStored(layer, blob);
      },
    });
    return layers.map((layer) => {
      const blob = stored.get(layer);
      if (blob === undefined) throw new RangeError(`${layer.label} was not stored`);
      return blob;
    });
  };
}

/** A blob that an earlier build made of the very same layer, or that a description names, if it is in the store. */
export async function findBlob(
  store: BlobStore,
  packed: PackedLayer,
  { known }: Pick<ImageBuild, 'known'>,
): Promise<StoredLayer | undefined> {
  const { layer, kind } = packed;
  const facts = known.find(layer) ?? describedFacts(layer);
  if (facts === undefined) return undefined;
  const blob = knownBlob(packed, facts);
  if (blob === undefined || !(await store.has(blob))) return undefined;
  return { ...blob, diffId: facts.diffId, compression: kind, outcome: 'reused' };
}

/** Of a layer whose files are not here, so that nothing can be compared with its description. */
function describedFacts({ isHere, plan }: PipelineLayer): KnownLayer | undefined {
  const { announced, expectedSize } = plan;
  if (isHere || announced === undefined || expectedSize === undefined) return undefined;
  return { diffId: announced.diffId, size: expectedSize, blobs: new Map() };
}

interface WriteMeans extends ImageBuild {
  readonly signal: AbortSignal | undefined;
  readonly onStored: (layer: PipelineLayer, stored: StoredLayer) => void;
}

async function writeAll(
  store: BlobStore,
  absent: readonly PackedLayer[],
  { threads, known, signal, onStored }: WriteMeans,
): Promise<void> {
  const { pool, blobs, hashed } = threads;
  const queue = absent.map((packed) => ({ ...packed, size: packed.layer.bytes })).sort((a, b) => b.size - a.size);
  blobs.expect(queue.length);
  const commits: Promise<void>[] = [];
  const failure = new Deferred<never>();
  const aborted = watchAbort(signal);
  const write = async (packed: PackedLayer): Promise<void> => {
    const { layer } = packed;
    const slot = await store.open(hintOf(packed));
    const blob = await orAbort(slot, () =>
      blobs.write(layer.content, { place: slot.place, compression: packed.compression, hashed }),
    );
    // The threads go on with other layers while the store takes its time.
    const commit = orAbort(slot, () => slot.commit(blob.value)).then(() => {
      layer.setBlob({ ...blob, diffId: blob.value.diffId });
      known.learn(layer, learned(packed, blob.value));
      onStored(layer, { ...blob.value, outcome: 'written' });
    });
    commit.catch((error: unknown) => failure.reject(error));
    commits.push(commit);
  };
  try {
    const writing = runBounded(queue, pool.threads, write);
    await Promise.race([writing, failure.promise, aborted.promise]);
    await Promise.all(commits);
  } catch (error) {
    // Nothing may be written any more when the sink clears up.
    await threads.close();
    await Promise.allSettled(commits);
    throw error;
  } finally {
    aborted.stop();
  }
}

/** What is known of a blob before it is made: what is not compressed here has the size of its layer. */
export function hintOf({ layer, compression }: PackedLayer): BlobHint {
  return { size: compression.kind === 'none' ? layer.bytes : undefined };
}

/** What other builds know from here on. */
export function learned(
  { kind, identity }: PackedLayer,
  { digest, size, diffId }: Pick<WrittenBlob, 'digest' | 'size' | 'diffId'>,
): { readonly diffId: WrittenBlob['diffId']; readonly blobs: ReadonlyMap<string, BlobId> } {
  return { diffId, blobs: new Map(kind === 'none' ? [] : [[identity, { digest, size }]]) };
}

export async function orAbort<T>(slot: BlobSlot, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    await slot.abort();
    throw error;
  }
}
