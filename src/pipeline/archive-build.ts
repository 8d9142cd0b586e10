/**
 * Streams an image as a docker-archive: layers are hashed in any order, and written in the image's. What is known is
 * written while layers behind it are still being scanned.
 */

import type { Conf } from '../config/model.js';
import type { BuildSummary } from '../events/events.js';
import type { BuildableImage } from '../image/image.js';
import type { Crew } from '../threads/crew.js';
import { runBounded } from '../threads/run-bounded.js';
import { type BuildOptions, type BuiltImage, buildImage, type ImageBuild } from './image-build.js';
import type { KnownLayers } from './known-layers.js';
import type { BuildLayer } from './layers.js';
import { digestOrder, makeShareOut, threadsToHash } from './schedule.js';

/**
 * Builds an image for a sink that takes layers one by one, in order.
 *
 * @throws {LayerstreamError} with what failed first; nothing goes on after that.
 */
export async function streamImage(
  conf: Conf,
  { options, crew }: { options: BuildOptions; crew: Crew },
  sink: (image: BuildableImage) => Promise<BuiltImage>,
): Promise<BuildSummary> {
  return buildImage(conf, { options, crew }, (build) => stream(build, sink, options));
}

async function stream(
  build: ImageBuild,
  sink: (image: BuildableImage) => Promise<BuiltImage>,
  options: BuildOptions,
): Promise<BuiltImage> {
  const { layers, crew, known, facts } = build;
  const sums = digestAll(build, options);
  const reads = requestReads(layers, crew);
  const written = sink({ ...facts, layers, naming: crew.singlePass ? 'position' : 'digest' });
  try {
    const [result] = await Promise.all([written, sums, reads]);
    if (crew.singlePass) await learnAll(layers, known);
    return result;
  } catch (error) {
    for (const layer of layers) layer.fail(error);
    await Promise.allSettled([reads]);
    throw error;
  }
}

/** Makes all layers' digests known, but for those that are hashed on their way. */
async function digestAll(build: ImageBuild, { verify = false }: BuildOptions): Promise<void> {
  const { layers, crew, tally, known, scanned } = build;
  // What is to be verified is hashed, whatever is known.
  if (!crew.singlePass && !verify) await Promise.all(layers.map((layer) => recall(layer, known)));
  await scanned;
  const toHash = layers.filter((layer) => layer.plan.isOwn && !layer.isKnown);
  tally.planned(layers, { toHash: crew.singlePass ? layers : toHash, toWrite: layers });
  if (!crew.singlePass) await digestLayers(toHash, build);
}

async function digestLayers(toHash: readonly BuildLayer[], { layers, crew, tally, known }: ImageBuild): Promise<void> {
  const wanted = new Set(toHash);
  const queue = digestOrder(layers).filter((layer) => wanted.has(layer));
  const bytes = queue.reduce((total, { size }) => total + size, 0);
  const { pool, hashed } = crew;
  const count = threadsToHash(bytes, pool.threads);
  const shareOut = makeShareOut(queue, count);
  await runBounded(
    queue,
    count,
    async (layer, threads) => {
      const { value, timing, reading } = await pool[threads === 1 ? 'digest' : 'digestFed'](layer.content, hashed);
      if (reading !== undefined) tally.onTask('read', layer, { bytes: layer.size, timing: reading });
      layer.setHash({ diffId: value, timing });
      known.learn(layer, { diffId: value });
    },
    shareOut,
  );
}

/**
 * Lets the reader begin with each layer as soon as its digest, and all before it, are known; in one pass when it is
 * scanned. What no worker hashed is checked where it is written.
 */
async function requestReads(layers: readonly BuildLayer[], crew: Crew): Promise<void> {
  const reader = crew.startReader();
  for (const layer of layers) {
    await layer.scanned();
    const isHashed = layer.plan.isOwn && !crew.singlePass;
    layer.setRead(reader.request(layer.content, isHashed ? await layer.diffId() : undefined));
  }
}

/** For other builds: a single pass hashes all that goes by. */
async function learnAll(layers: readonly BuildLayer[], known: KnownLayers): Promise<void> {
  for (const layer of layers) {
    if (layer.plan.isOwn) known.learn(layer, { diffId: await layer.diffId() });
  }
}

/** Takes over what earlier builds learned of a layer, as soon as it is scanned. */
async function recall(layer: BuildLayer, known: KnownLayers): Promise<void> {
  await layer.scanned();
  const facts = layer.plan.isOwn ? known.find(layer) : undefined;
  if (facts !== undefined) layer.setKnown(facts.diffId);
}
