/** Writes the layers of an image as blobs: files of their own, all workers at once. */
import type { CompressionSetting } from '../compression/setting.js';
import type { Conf } from '../config/model.js';
import type { BuildSummary } from '../events.js';
import type { Digest } from '../oci/digest.js';
import { Crew } from '../pool/crew.js';
import { runBounded } from '../pool/run-bounded.js';
import type { BlobImage, BlobStore, StoredLayer } from '../sinks/sink.js';
import { type BuildOptions, type BuiltImage, buildImage, type ImageBuild } from './image-build.js';
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
  return buildImage(conf, { options, crew }, (build) =>
    sink({ ...build.facts, writeBlobs: (store) => writeBlobs(store, build, { compression, verify: options.verify }) }),
  );
}

async function writeBlobs(
  store: BlobStore,
  build: ImageBuild,
  { compression, verify }: Pick<BlobBuildOptions, 'verify'> & { readonly compression: CompressionSetting },
): Promise<readonly StoredLayer[]> {
  const { layers, crew, tally, scanned } = build;
  // The largest is written first.
  await scanned;
  const stored = new Map<BuildLayer, StoredLayer>();
  const missing: Packed[] = [];
  for (const layer of layers) {
    const packed = packingOf(layer, compression);
    // What is to be verified is summed, whatever is known, and whatever is there.
    const found = verify ? undefined : await findBlob(store, packed, build);
    if (found === undefined) missing.push(packed);
    else stored.set(layer, found);
  }
  tally.planned(layers, { toSum: missing.map(({ layer }) => layer), toWrite: [], blobs: compression.kind });
  const queue = missing.sort((a, b) => b.layer.size - a.layer.size);
  const { threads } = crew.pool;
  const share = makeTeamShare(
    queue.map(({ layer }) => layer),
    threads,
  );
  try {
    await runBounded(
      queue,
      threads,
      async (packed, team) => {
        stored.set(packed.layer, await writeBlob(store, packed, { ...build, compression, threads: team }));
      },
      ({ layer, kind }, free) => (kind === 'none' ? 1 : share(layer, free)),
    );
  } catch (error) {
    // Nothing may be written any more where the sink clears up.
    await crew.close();
    throw error;
  }
  return layers.flatMap((layer) => stored.get(layer) ?? []);
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

interface WriteOptions extends ImageBuild {
  readonly compression: CompressionSetting;
  readonly threads: number;
}

async function writeBlob(
  store: BlobStore,
  { layer, input, kind, identity }: Packed,
  { compression, threads, crew, known }: WriteOptions,
): Promise<StoredLayer> {
  const path = store.newBlobPath();
  const blob = await crew.pool.writeBlob(input, { path, compression, threads, summed: crew.summed });
  const { digest, size, diffId } = blob.value;
  await store.commitBlob(path, digest);
  layer.setBlob(blob);
  const blobs = new Map<string, { digest: Digest; size: number }>(
    kind === 'none' ? [] : [[identity, { digest, size }]],
  );
  known.learn(layer, { diffId, size: layer.size, blobs });
  return { digest, size, diffId, compression: blob.value.compression };
}
