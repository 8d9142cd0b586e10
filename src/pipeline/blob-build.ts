/** Writes the layers of an image as blobs: files of their own, all workers at once. */
import type { CompressionSetting } from '../compression/setting.js';
import type { Conf } from '../config/model.js';
import type { BuildSummary } from '../events/events.js';
import { Deferred } from '../ground/deferred.js';
import type { BlobImage, BlobStore, StoredLayer } from '../image/image.js';
import type { BlobId } from '../oci/descriptor.js';
import type { TimedBlob } from '../threads/blob-team.js';
import { Crew } from '../threads/crew.js';
import { runBounded } from '../threads/run-bounded.js';
import { type BuildOptions, type BuiltImage, buildImage, type ImageBuild } from './image-build.js';
import type { KnownLayers } from './known-layers.js';
import type { BuildLayer } from './layers.js';
import { knownBlob, type Packed, packingOf } from './packing.js';
import { makeTeamShare } from './schedule.js';

export interface BlobBuildOptions extends BuildOptions {
  /** How layers are compressed; not at all by default. Those of a base image that are gzipped already stay as they are. */
  readonly compression?: CompressionSetting | undefined;
}

/**
 * Builds an image for a sink that takes layers as blobs. A crew that was started with the same options is taken over,
 * and stopped in the end.
 *
 * @throws {LayerstreamError} with what failed first; nothing goes on after that.
 */
export async function buildBlobs(
  conf: Conf,
  sink: (image: BlobImage) => Promise<BuiltImage>,
  options: BlobBuildOptions = {},
  crew: Crew = new Crew(options),
): Promise<BuildSummary> {
  const compression = options.compression ?? { kind: 'none' };
  return buildImage(conf, { options, crew }, async (build) => {
    // The largest is written first; and what cannot be scanned leaves the sink as it is.
    await build.scanned;
    return sink({
      ...build.facts,
      writeBlobs: (store) => writeBlobs(store, build, { compression, verify: options.verify }),
    });
  });
}

type PackOptions = Pick<BlobBuildOptions, 'verify'> & { readonly compression: CompressionSetting };

async function writeBlobs(store: BlobStore, build: ImageBuild, options: PackOptions): Promise<readonly StoredLayer[]> {
  const { layers, tally } = build;
  const { compression, verify } = options;
  const stored = new Map<BuildLayer, StoredLayer>();
  const missing: Packed[] = [];
  for (const layer of layers) {
    const packed = packingOf(layer, compression);
    // What is to be verified is hashed, whatever is known, and whatever is there.
    const found = verify ? undefined : await findBlob(store, packed, build);
    if (found === undefined) missing.push(packed);
    else stored.set(layer, found);
  }
  tally.planned(layers, { toHash: missing.map(({ layer }) => layer), toWrite: [], blobs: compression.kind });
  for (const [layer, blob] of await writeMissing(store, missing, { ...build, compression })) stored.set(layer, blob);
  return layers.flatMap((layer) => stored.get(layer) ?? []);
}

async function writeMissing(
  store: BlobStore,
  missing: readonly Packed[],
  { crew, known, compression }: ImageBuild & PackOptions,
): Promise<ReadonlyMap<BuildLayer, StoredLayer>> {
  const { pool, hashed } = crew;
  const queue = missing.toSorted((a, b) => b.layer.size - a.layer.size);
  const share = makeTeamShare(
    queue.map(({ layer }) => layer),
    pool.threads,
  );
  const stored = new Map<BuildLayer, StoredLayer>();
  const commits: Promise<void>[] = [];
  const failure = new Deferred<never>();
  const write = async (packed: Packed, threads: number): Promise<void> => {
    const path = store.newBlobPath();
    const blob = await pool.writeBlob(packed.input, { path, compression, threads, hashed });
    // The threads go on with other layers, while the disk takes its time.
    const commit = store.commitBlob(path, blob.value.digest).then(() => {
      stored.set(packed.layer, takeBlob(packed, blob, known));
    });
    commit.catch((error: unknown) => failure.reject(error));
    commits.push(commit);
  };
  try {
    const writing = runBounded(queue, pool.threads, write, ({ layer, kind }, free) =>
      kind === 'none' ? 1 : share(layer, free),
    );
    await Promise.race([writing, failure.promise]);
    await Promise.all(commits);
  } catch (error) {
    // Nothing may be written any more where the sink clears up.
    await crew.close();
    await Promise.allSettled(commits);
    throw error;
  }
  return stored;
}

/** A blob that an earlier build made of the very same layer, if it is still there. */
async function findBlob(store: BlobStore, packed: Packed, { known }: ImageBuild): Promise<StoredLayer | undefined> {
  const { layer } = packed;
  const facts = known.find(layer);
  if (facts === undefined) return undefined;
  const blob = knownBlob(packed, facts);
  if (blob === undefined || !(await store.has(blob))) return undefined;
  layer.setKnown(facts.diffId);
  return { ...blob, diffId: facts.diffId, compression: packed.kind };
}

/** What is stored now, and known to other builds from here on. */
function takeBlob({ layer, kind, identity }: Packed, blob: TimedBlob, known: KnownLayers): StoredLayer {
  const { digest, size, diffId, compression } = blob.value;
  layer.setBlob(blob);
  const blobs = new Map<string, BlobId>(kind === 'none' ? [] : [[identity, { digest, size }]]);
  known.learn(layer, { diffId, blobs });
  return { digest, size, diffId, compression };
}
