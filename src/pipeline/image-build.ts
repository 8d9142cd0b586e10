/**
 * What all that look at an image have in common: from the conf to layers that are scanned. Owns the threads and all that
 * is open, for as long as the work lasts.
 */

import type { Conf } from '../config/model.js';
import type { BuildListener, BuildSummary } from '../events/events.js';
import { LayerstreamError } from '../ground/errors.js';
import type { ImageFacts } from '../image/image.js';
import { mergeEnv } from '../inputs/env.js';
import { type BuildInputs, type InputOptions, openInputs } from '../inputs/inputs.js';
import { makeImageConfig } from '../oci/config.js';
import type { Digest } from '../oci/digest.js';
import { joinSlices, type ScannedTree, sliceTree } from '../scan/walk.js';
import type { Crew, CrewOptions } from '../threads/crew.js';
import type { LayerPool } from '../threads/pool.js';
import { runBounded } from '../threads/run-bounded.js';
import { KnownLayers } from './known-layers.js';
import { BuildLayer, planLayers } from './layers.js';
import { threadsToScan } from './schedule.js';
import { Tally } from './tally.js';

/** How an image is built. */
export interface BuildOptions extends CrewOptions {
  /** Directory below which the store lies, as for `nix --store DIR`. Names in the image do not change. */
  readonly storeRoot?: string | undefined;
  /** Hashes all layers, whatever the cache knows, and again what is streamed; fails if that is not what was announced. */
  readonly verify?: boolean | undefined;
  /**
   * Directory of a cache of layer digests, so that layers whose files did not change need not be hashed again; made
   * where it is missing. None is used by default.
   */
  readonly cacheDirectory?: string | undefined;
  /** Ends the build with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Told what goes on. An error that it throws ends the build. */
  readonly onEvent?: BuildListener | undefined;
  /** How the conf is named in messages; a path, as a rule. */
  readonly source?: string | undefined;
}

/** An image whose layers are being scanned. */
export interface ImageBuild {
  /** Each can be asked when it is scanned itself. */
  readonly layers: readonly BuildLayer[];
  readonly facts: ImageFacts;
  readonly crew: Crew;
  readonly tally: Tally;
  readonly known: KnownLayers;
  /** Resolves when all layers are scanned. */
  readonly scanned: Promise<void>;
}

/** What came of a build: digests in the layers' order. */
export interface BuiltImage {
  readonly imageId: Digest;
  readonly diffIds: readonly Digest[];
}

/** Makes something of the layers. */
export type Produce = (build: ImageBuild) => Promise<BuiltImage>;

/** @throws {LayerstreamError} with what failed first; nothing goes on after that. */
export async function buildImage(
  conf: Conf,
  { options, crew }: { options: BuildOptions; crew: Crew },
  produce: Produce,
): Promise<BuildSummary> {
  return withImage(conf, { options, crew }, async (build) => {
    const { layers, facts, tally, known } = build;
    const built = await produce(build);
    known.close();
    return tally.finish({ ...built, repoTag: facts.repoTag }, layers);
  });
}

/**
 * Opens what the conf names, begins to scan its layers, and hands them to `use`. Threads and inputs are closed when both
 * are done.
 *
 * @throws {LayerstreamError} with what failed first; nothing goes on after that.
 */
export async function withImage<T>(
  conf: Conf,
  { options, crew }: { options: BuildOptions; crew: Crew },
  use: (build: ImageBuild) => Promise<T>,
): Promise<T> {
  const aborted = watchAbort(options.signal);
  const tally = new Tally(options.onEvent, crew.hashed);
  const known = new KnownLayers({
    directory: options.cacheDirectory,
    since: Date.now(),
    onWarning: (message) => tally.warn(message),
  });
  let inputs: BuildInputs | undefined;
  try {
    inputs = await openUnlessAborted(openInputs(conf, sourceOptions(options)), aborted.promise);
    const layers = planLayers(inputs).map(
      ({ plan, content }) => new BuildLayer(plan, { content, verify: options.verify ?? false, observer: tally }),
    );
    tally.started(layers, { workers: crew.pool.threads, singlePass: crew.singlePass });
    const facts = imageFacts(conf, inputs.base?.env, layers);
    const scanned = scanLayers(layers, crew.pool, tally);
    scanned.catch((error: unknown) => {
      for (const layer of layers) layer.fail(error);
    });
    const work = use({ layers, facts, crew, tally, known, scanned });
    const [result] = await Promise.race([Promise.all([work, scanned]), aborted.promise, crew.died, tally.failed]);
    return result;
  } finally {
    tally.stop();
    aborted.stop();
    await crew.close();
    inputs?.close();
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
  const paths = layers.reduce((total, { plan }) => total + plan.paths.length, 0);
  await runBounded(slices, threadsToScan(paths, pool.threads), (scan) => scan());
}

function imageFacts(conf: Conf, baseEnv: readonly string[] | undefined, layers: readonly BuildLayer[]): ImageFacts {
  const config = baseEnv === undefined ? conf.config : mergeEnv(conf.config, baseEnv);
  return {
    architecture: conf.architecture,
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

function sourceOptions({ storeRoot = '', source = 'conf', signal }: BuildOptions): InputOptions {
  return { storeRoot, source, signal };
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
