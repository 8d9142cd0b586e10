/**
 * Puts the parts together: conf in, image into a sink. Owns the threads and all that is open, for as long as the
 * build lasts.
 */
import { mergeEnv } from '../base/env.js';
import type { ByteTarget } from '../byte-target.js';
import type { Conf } from '../config/model.js';
import { LayerstreamError } from '../errors.js';
import type { BuildListener, BuildSummary } from '../events.js';
import { type BuildInputs, openInputs } from '../inputs.js';
import { joinSlices, type ScannedTree, sliceTree } from '../layer/walk.js';
import type { Digest } from '../oci/digest.js';
import { makeImageConfig } from '../oci/image.js';
import { Crew, type CrewOptions } from '../pool/crew.js';
import type { LayerPool } from '../pool/pool.js';
import type { LayerReader } from '../pool/reader.js';
import { runBounded } from '../pool/run-bounded.js';
import { writeDockerArchive } from '../sinks/docker-archive.js';
import type { BuildableImage } from '../sinks/sink.js';
import { BuildLayer, planLayers } from './layers.js';
import { digestOrder, makeShareOut, threadsToScan, threadsToSum } from './schedule.js';
import { Tally } from './tally.js';

/** How an image is built. */
export interface BuildOptions extends CrewOptions {
  /** Directory below which the store lies, as for `nix --store DIR`. Names in the image do not change. */
  readonly storeRoot?: string | undefined;
  /** Sums again what is written, and fails if it is not what was announced. */
  readonly verify?: boolean | undefined;
  /** Ends the build with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Told what goes on. An error that it throws ends the build. */
  readonly onEvent?: BuildListener | undefined;
  /** How the conf is named in messages; a path, as a rule. */
  readonly source?: string | undefined;
}

/**
 * Builds an image and writes it as a docker-archive. A crew that was started with the same options is taken over, and
 * stopped in the end.
 *
 * @throws {LayerstreamError} with what failed first; nothing goes on after that.
 */
export async function buildDockerArchive(
  conf: Conf,
  target: ByteTarget,
  options: BuildOptions = {},
  crew: Crew = new Crew(options),
): Promise<BuildSummary> {
  let isOpen = true;
  const guarded: ByteTarget = {
    async write(bytes) {
      // A sink learns of an abort a little later than the caller, who may have closed the target by then.
      if (!isOpen) throw new LayerstreamError('ABORTED', 'the build has ended');
      await target.write(bytes);
    },
  };
  try {
    return await build(conf, options, crew, (image) => writeDockerArchive(image, guarded));
  } finally {
    isOpen = false;
  }
}

type Sink = (image: BuildableImage) => Promise<{ imageId: Digest; diffIds: readonly Digest[] }>;

async function build(conf: Conf, options: BuildOptions, crew: Crew, sink: Sink): Promise<BuildSummary> {
  const aborted = watchAbort(options.signal);
  const tally = new Tally(options.onEvent, crew.summed);
  let inputs: BuildInputs | undefined;
  try {
    inputs = await openUnlessAborted(openInputs(conf, sourceOptions(options)), aborted.promise);
    const layers = planLayers(inputs).map(
      ({ plan, content }) => new BuildLayer(plan, { content, verify: options.verify ?? false, observer: tally }),
    );
    const singlePass = options.singlePass ?? false;
    tally.started(layers, { workers: crew.pool.threads, singlePass });
    const image = {
      ...describeImage(conf, inputs.base?.env, layers),
      naming: singlePass ? 'position' : 'digest',
    } as const;
    const work = run({ layers, image, crew, tally, sink });
    return await Promise.race([work, aborted.promise, crew.reader.died, tally.failed]);
  } finally {
    tally.stop();
    aborted.stop();
    await crew.close();
    inputs?.close();
  }
}

interface Run {
  readonly layers: readonly BuildLayer[];
  readonly image: BuildableImage;
  readonly crew: Crew;
  readonly tally: Tally;
  readonly sink: Sink;
}

async function run({ layers, image, crew, tally, sink }: Run): Promise<BuildSummary> {
  await scanLayers(layers, crew.pool, tally);
  const singlePass = image.naming === 'position';
  tally.planned(layers, { singlePass });
  const sums = singlePass ? undefined : digestLayers(layers, crew, tally);
  const reads = requestReads(layers, crew.reader, { singlePass });
  const written = sink(image);
  try {
    const [result] = await Promise.all([written, sums, reads]);
    return tally.finish({ ...result, repoTag: image.repoTag }, layers);
  } catch (error) {
    for (const layer of layers) layer.fail(error);
    await Promise.allSettled([reads]);
    throw error;
  }
}

async function scanLayers(layers: readonly BuildLayer[], pool: LayerPool, tally: Tally): Promise<void> {
  const slices = layers.flatMap((layer) => {
    const { spec } = layer.plan;
    if (spec === undefined) return [];
    const specs = sliceTree(spec);
    const scans: ScannedTree[] = [];
    let left = specs.length;
    return specs.map((slice, i) => async (): Promise<void> => {
      const { value, timing } = await pool.scan(slice);
      tally.onTask('scan', layer, { bytes: value.entriesSize, timing });
      scans[i] = value;
      if (--left > 0) return;
      layer.setContent(joinSlices(spec, scans));
      tally.scanned(layer);
    });
  });
  const paths = layers.reduce((sum, { plan }) => sum + plan.paths.length, 0);
  await runBounded(slices, threadsToScan(paths, pool.threads), (scan) => scan());
}

async function digestLayers(layers: readonly BuildLayer[], { pool, summed }: Crew, tally: Tally): Promise<void> {
  const queue = digestOrder(layers).filter((layer) => layer.plan.isOwn);
  const bytes = queue.reduce((sum, { size }) => sum + size, 0);
  const count = threadsToSum(bytes, pool.threads);
  const shareOut = makeShareOut(queue, count);
  await runBounded(
    queue,
    count,
    async (layer, threads) => {
      const { value, timing, reading } = await pool[threads === 1 ? 'digest' : 'digestFed'](layer.content, summed);
      if (reading !== undefined) tally.onTask('read', layer, { bytes: layer.size, timing: reading });
      layer.setSum({ diffId: value, timing });
    },
    shareOut,
  );
}

/**
 * Lets the reader begin with each layer as soon as its digest, and all before it, are known; in one pass at once.
 * What no worker summed is checked where it is written.
 */
async function requestReads(
  layers: readonly BuildLayer[],
  reader: LayerReader,
  { singlePass }: { singlePass: boolean },
): Promise<void> {
  for (const layer of layers) {
    const summed = layer.plan.isOwn && !singlePass;
    layer.setRead(reader.request(layer.content, summed ? await layer.diffId() : undefined));
  }
}

function describeImage(
  conf: Conf,
  baseEnv: readonly string[] | undefined,
  layers: readonly BuildLayer[],
): Omit<BuildableImage, 'naming'> {
  const config = baseEnv === undefined ? conf.config : mergeEnv(conf.config, baseEnv);
  return {
    layers,
    repoTag: conf.repoTag,
    time: conf.archiveTime,
    config: (diffIds) =>
      makeImageConfig(
        { architecture: conf.architecture, created: conf.created, config },
        layers.map((layer, i) => {
          const diffId = diffIds[i];
          if (diffId === undefined) throw new RangeError(`layer ${i} has no digest`);
          return { diffId, paths: layer.plan.paths };
        }),
      ),
  };
}

/** What was opened behind the back of an abort is closed again. */
async function openUnlessAborted(opening: Promise<BuildInputs>, aborted: Promise<never>): Promise<BuildInputs> {
  try {
    return await Promise.race([opening, aborted]);
  } catch (error) {
    opening.then(
      (inputs) => inputs.close(),
      () => {},
    );
    throw error;
  }
}

function sourceOptions(options: BuildOptions): { storeRoot: string; source: string } {
  return { storeRoot: options.storeRoot ?? '', source: options.source ?? 'conf' };
}

/** A promise that rejects when the signal fires. */
function watchAbort(signal: AbortSignal | undefined): { promise: Promise<never>; stop: () => void } {
  let stop = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    const onAbort = (): void =>
      reject(new LayerstreamError('ABORTED', 'the build was aborted', { cause: signal?.reason }));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    stop = () => signal?.removeEventListener('abort', onAbort);
  });
  promise.catch(() => {});
  return { promise, stop };
}
