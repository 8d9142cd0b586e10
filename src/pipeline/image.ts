/**
 * From a conf to an image whose layers are being scanned. Owns all that is open, for as long as the work lasts.
 */
import type { BuildListener } from '../events/events.js';
import { formatCount } from '../ground/format.js';
import type { Image } from '../image/image.js';
import { mergeEnv } from '../inputs/env.js';
import { type BuildInputs, type ImageInput, type InputOptions, openInputs } from '../inputs/inputs.js';
import { type ImageSettings, makeImageConfig } from '../oci/config.js';
import type { Digest } from '../oci/digest.js';
import type { Document } from '../oci/document.js';
import { type Platform, platformOf } from '../oci/platform.js';
import { digest } from '../threads/tasks/digest.js';
import type { Threads } from '../threads/threads.js';
import { KnownLayers } from './known-layers.js';
import { PipelineLayer } from './layer.js';
import type { Hashing, LayerServices } from './layer-services.js';
import { scanLayers } from './scan-layers.js';
import { Tally } from './tally.js';
import { watchAbort } from './watch-abort.js';

/** What a session lends to a build. */
export interface Workshop {
  /** Closed after a failure. */
  readonly threads: Threads;
  /** Of the cache of layer digests; none is used without it. */
  readonly cacheDirectory: string | undefined;
}

/** What all that is done with an image has in common. */
export interface ImageOptions {
  /** Directory below which the store lies, as for `nix --store DIR`. Names in the image do not change. */
  readonly storeRoot?: string | undefined;
  /** Ends the work with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Gets what happens. An error that it throws ends the work. */
  readonly onEvent?: BuildListener | undefined;
  /** What messages call the conf; a path, as a rule. */
  readonly source?: string | undefined;
}

/** An image whose layers are being scanned, and the means to work on it. */
export interface ImageBuild {
  readonly image: PipelineImage;
  /** Each can be asked when it is scanned itself. */
  readonly layers: readonly PipelineLayer[];
  readonly threads: Threads;
  readonly tally: Tally;
  readonly known: KnownLayers;
  /** Resolves when all layers are scanned that are here. */
  readonly scanned: Promise<void>;
}

export type StoreLayers = Image['storeLayers'];

export interface UseOptions extends ImageOptions {
  readonly hashing: Hashing;
}

/**
 * Opens what a conf names, begins to scan its layers, and hands them to `use`. All that was opened is closed when both
 * have ended; after a failure all threads are, too.
 *
 * @throws {LayerstreamError} with what failed first; nothing goes on after that
 */
export async function withImage<T>(
  input: ImageInput,
  { workshop, options }: { readonly workshop: Workshop; readonly options: UseOptions },
  use: (build: ImageBuild) => Promise<T>,
): Promise<T> {
  const { threads } = workshop;
  const closing: (() => void)[] = [];
  try {
    const aborted = watchAbort(options.signal);
    closing.push(() => aborted.stop());
    const tally = new Tally(options.onEvent, threads.hashed);
    closing.push(() => tally.stop());
    const known = new KnownLayers({
      directory: workshop.cacheDirectory,
      since: Date.now(),
      onWarning: (message) => tally.warn(message),
    });
    const inputs = await openUnlessAborted(openInputs(input, inputOptions(options)), aborted.promise);
    closing.push(() => inputs.close());
    const image = new PipelineImage(input, inputs, { threads, tally, hashing: options.hashing });
    const { layers } = image;
    tally.started(layers, { workers: threads.pool.threads, singlePass: options.hashing === 'in-line' });
    for (const warning of inputs.warnings) tally.warn(warning);
    const scanned = scanLayers(layers, threads.pool, tally);
    scanned.catch((error: unknown) => image.fail(error));
    const work = use({ image, layers, threads, tally, known, scanned });
    const [result] = await Promise.race([Promise.all([work, scanned]), aborted.promise, threads.died, tally.failed]);
    known.close();
    reportShortage(threads.pool, tally);
    return result;
  } catch (error) {
    // What a thread still does must not meet a descriptor that is closed, or that is another file's by then.
    await threads.close();
    throw error;
  } finally {
    for (const close of closing.toReversed()) close();
  }
}

interface ImageMeans {
  readonly threads: Threads;
  readonly tally: Tally;
  readonly hashing: Hashing;
}

/** An image that is made here. */
export class PipelineImage implements Image {
  readonly platform: Platform;
  readonly repoTags: readonly string[];
  readonly time: number;
  readonly layers: readonly PipelineLayer[];
  /** What the image config says apart from the layers. */
  readonly #settings: ImageSettings;
  #nextInLine: LayerServices['nextInLine'] = () => undefined;
  #storeLayers: StoreLayers = () => Promise.reject(new TypeError('these layers cannot be stored'));

  constructor(
    { conf, repoTags }: ImageInput,
    { layers, baseEnv }: BuildInputs,
    { threads, tally, hashing }: ImageMeans,
  ) {
    const { architecture, variant, created } = conf;
    this.platform = platformOf(conf);
    this.repoTags = repoTags ?? [conf.repoTag];
    this.time = conf.archiveTime;
    const config = baseEnv === undefined ? conf.config : mergeEnv(conf.config, baseEnv);
    this.#settings = { architecture, variant, created, config };
    const services: LayerServices = {
      nextInLine: (layer) => this.#nextInLine(layer),
      copy: (copy, target) => threads.copies.run(copy, target),
      hash: ({ content }) => digest(threads.pool, content, { hashed: threads.hashed, threads: 1 }),
    };
    this.layers = layers.map((plan) => new PipelineLayer(plan, { observer: tally, services, hashing }));
  }

  config(diffIds: readonly Digest[]): Document {
    const layers = this.layers.map(({ paths, label }, i) => {
      const diffId = diffIds[i];
      if (diffId === undefined) throw new RangeError(`${label} has no digest`);
      return { diffId, paths };
    });
    return makeImageConfig(this.#settings, layers);
  }

  storeLayers(...args: Parameters<StoreLayers>): ReturnType<StoreLayers> {
    return this.#storeLayers(...args);
  }

  /** Lets layers be copied by a line as long as each is copied in its turn. */
  lineUp(nextInLine: LayerServices['nextInLine']): void {
    this.#nextInLine = nextInLine;
  }

  storeBy(storeLayers: StoreLayers): void {
    this.#storeLayers = storeLayers;
  }

  /** Wakes all that wait for a layer. */
  fail(error: unknown): void {
    for (const layer of this.layers) layer.fail(error);
  }
}

/** What is opened after an abort is closed again. */
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

function reportShortage({ wanted, threads }: Threads['pool'], tally: Tally): void {
  if (threads === wanted) return;
  const missing = wanted - threads;
  tally.warn(`${missing} of ${formatCount(wanted, 'worker thread')} could not be started: a limit of the system`);
}

function inputOptions({ storeRoot = '', source = 'conf', signal }: ImageOptions): InputOptions {
  return { storeRoot, source, signal };
}
