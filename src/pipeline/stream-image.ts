/**
 * Builds an image for a sink that copies the layers one after the other, in order. Layers are hashed in any order, or in a
 * single pass on their way. What is known is copied while later layers are still being scanned.
 */
import type { BuildSummary } from '../events/events.js';
import type { BuiltImage, Image } from '../image/image.js';
import type { ImageInput } from '../inputs/inputs.js';
import { digestLayers } from './digest-layers.js';
import { type ImageBuild, type ImageOptions, type Workshop, withImage } from './image.js';
import type { PipelineLayer } from './layer.js';
import { LineUp } from './line-up.js';
import { StoringAlong } from './store-along.js';
import { storeLayers } from './store-layers.js';

export interface StreamOptions extends ImageOptions {
  /** Hashes layers while they are copied, so that each file is read once; no diffID is known before that. */
  readonly singlePass?: boolean | undefined;
  /** Hashes all layers, even if the cache knows them, and the output again; fails if both differ. */
  readonly verify?: boolean | undefined;
  /** Whether the sink also stores the layers; they are then stored while they are copied, in a single pass. */
  readonly storesAlong?: boolean | undefined;
}

/** @throws {LayerstreamError} with what failed first; nothing goes on after that */
export async function streamImage<T extends BuiltImage>(
  input: ImageInput,
  { workshop, options }: { readonly workshop: Workshop; readonly options: StreamOptions },
  sink: (image: Image) => Promise<T>,
): Promise<{ readonly built: T; readonly summary: BuildSummary }> {
  const { verify = false, storesAlong = false } = options;
  const singlePass = options.singlePass === true || storesAlong;
  const hashing = singlePass ? 'in-line' : 'scheduled';
  let sunk: Promise<T> | undefined;
  const stream = withImage(input, { workshop, options: { ...options, hashing } }, async (build) => {
    const { image, layers, tally } = build;
    const line = await build.threads.openLine(singlePass || verify ? 'hashing' : 'reading');
    const along = storesAlong ? new StoringAlong(build, line, { verify }) : undefined;
    const lineUp = new LineUp(layers, line, { hashing, onlook: along?.onlook });
    image.lineUp(lineUp.take);
    image.storeBy(along?.storeLayers ?? storeLayers(build, { verify }));
    const hashes = singlePass ? planSinglePass(build) : hashAll(build, { verify });
    const reads = lineUp.request();
    sunk = sink(image);
    try {
      const [built] = await Promise.all([sunk, hashes, reads]);
      // What is stored along is learned with its blobs.
      if (singlePass && along === undefined) await learnAll(build);
      return { built, summary: tally.finish({ ...built, repoTags: image.repoTags }, layers) };
    } catch (error) {
      image.fail(error);
      along?.abort(error);
      await Promise.allSettled([reads]);
      throw error;
    }
  });
  try {
    return await stream;
  } finally {
    // After an abort it still has to let go of its store. A sink that only streams may wait for ever to be read.
    if (storesAlong) await sunk?.catch(() => {});
  }
}

/** Makes the diffIDs of all layers certain. */
async function hashAll(build: ImageBuild, { verify }: { readonly verify: boolean }): Promise<void> {
  const { layers, tally, known, scanned } = build;
  // What is to be verified is hashed, even if it is known.
  if (!verify) await Promise.all(layers.map((layer) => recall(layer, known)));
  await scanned;
  const toHash = layers.filter((layer) => !layer.isKnown);
  tally.planned(layers, { toHash, toWrite: layers });
  await digestLayers(toHash, build);
}

async function planSinglePass({ layers, tally, scanned }: ImageBuild): Promise<void> {
  await scanned;
  tally.planned(layers, { toHash: layers, toWrite: layers });
}

/** Takes over what earlier builds learned of a layer as soon as it is scanned. */
async function recall(layer: PipelineLayer, known: ImageBuild['known']): Promise<void> {
  await layer.scanned();
  const facts = known.find(layer);
  if (facts !== undefined) layer.setKnown(facts.diffId);
}

/** For other builds: a single pass hashes all layers. */
async function learnAll({ layers, known }: ImageBuild): Promise<void> {
  for (const layer of layers) known.learn(layer, { diffId: await layer.diffId() });
}
