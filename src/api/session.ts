import type { Description } from '../describe/schema.js';
import type { BuildSummary } from '../events/events.js';
import type { Output } from '../files/output.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { LayerstreamError } from '../ground/errors.js';
import type { Workshop } from '../pipeline/image.js';
import { Threads } from '../threads/threads.js';
import type {
  AlongLayoutOptions,
  ArchiveOptions,
  ImageSource,
  LayoutArchiveOptions,
  LayoutOptions,
  LayoutSummary,
  SessionOptions,
  VerbOptions,
} from './options.js';

/**
 * The front door of the library: it owns the threads and the cache, and does with images what its verbs say. It can be
 * started before a conf is read, so that threads are ready when it is. Verbs that are called at the same time run one
 * after the other. `close` it in the end: until then its threads keep the process alive.
 *
 * A verb that fails throws a `LayerstreamError` with what failed first, and nothing of it goes on after that. The session
 * can be used on.
 */
export class Session {
  readonly #options: SessionOptions;
  #threads: Threads | undefined;
  #before: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(options: SessionOptions) {
    this.#options = options;
    this.#threads = new Threads(options);
    if (options.warmUp !== undefined) this.#threads.prepareLine(options.warmUp === 'archive' ? 'reading' : 'hashing');
  }

  /**
   * Starts the threads.
   *
   * @throws {LayerstreamError} `USAGE` for an impossible number of workers
   */
  static start(options: SessionOptions = {}): Session {
    return new Session(options);
  }

  /**
   * Builds an image as a docker-archive. A target that is a path is a file that appears whole or not at all. With
   * `layout` the image also goes into an OCI image layout: then both are there in the end, or neither is.
   */
  archive(
    source: ImageSource,
    target: string | ByteTarget | Output,
    options: ArchiveOptions & { readonly layout: AlongLayoutOptions },
  ): Promise<LayoutSummary>;
  archive(
    source: ImageSource,
    target: string | ByteTarget | Output,
    options?: ArchiveOptions,
  ): Promise<BuildSummary | LayoutSummary>;
  archive(
    source: ImageSource,
    target: string | ByteTarget | Output,
    options: ArchiveOptions = {},
  ): Promise<BuildSummary | LayoutSummary> {
    return this.#run(async (workshop) => {
      const { archive } = await import('./archive.js');
      return archive(workshop, { source, target, options });
    });
  }

  /**
   * Builds an image into a directory, an OCI image layout, which is made if it is missing. Other images in it stay; one of
   * the same name and platform is replaced, and those of other platforms become one index with it. Blobs that are there
   * are not written again.
   *
   * Several images are built one after the other, each for a platform of its own. All of them are there in the end under
   * the same names, or none is.
   */
  layout(source: ImageSource, directory: string, options?: LayoutOptions): Promise<LayoutSummary>;
  layout(
    sources: readonly ImageSource[],
    directory: string,
    options?: LayoutOptions,
  ): Promise<readonly LayoutSummary[]>;
  layout(
    source: ImageSource | readonly ImageSource[],
    directory: string,
    options: LayoutOptions = {},
  ): Promise<LayoutSummary | readonly LayoutSummary[]> {
    return this.#run(async (workshop) => {
      const { layout } = await import('./layout.js');
      return inKind(source, (sources) => layout(workshop, { sources, directory, options }));
    });
  }

  /**
   * Builds an image, or several as `layout` does, as an archive of an OCI image layout, which `docker load` takes, too.
   * Where Docker knows no platforms, it takes the first.
   */
  layoutArchive(
    source: ImageSource,
    target: string | ByteTarget | Output,
    options?: LayoutArchiveOptions,
  ): Promise<LayoutSummary>;
  layoutArchive(
    sources: readonly ImageSource[],
    target: string | ByteTarget | Output,
    options?: LayoutArchiveOptions,
  ): Promise<readonly LayoutSummary[]>;
  layoutArchive(
    source: ImageSource | readonly ImageSource[],
    target: string | ByteTarget | Output,
    options: LayoutArchiveOptions = {},
  ): Promise<LayoutSummary | readonly LayoutSummary[]> {
    return this.#run(async (workshop) => {
      const { layoutArchive } = await import('./layout.js');
      return inKind(source, (sources) => layoutArchive(workshop, { sources, target, options }));
    });
  }

  /**
   * Describes an image without making it: its layers, their sizes, and their diffIDs if they are known. Nothing is hashed
   * and nothing is written. A description describes itself.
   */
  describe(source: ImageSource, options: VerbOptions = {}): Promise<Description> {
    return this.#run(async (workshop) => {
      const { describe } = await import('./describe.js');
      return describe(workshop, { source, options });
    });
  }

  /** Ends all threads at once. A verb that still runs fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#threads?.close();
    await this.#before;
  }

  #run<T>(verb: (workshop: Workshop) => Promise<T>): Promise<T> {
    const running = this.#before.then(() => this.#begin(verb));
    this.#before = running.catch(() => {});
    return running;
  }

  async #begin<T>(verb: (workshop: Workshop) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new LayerstreamError('USAGE', 'the session is closed');
    this.#threads ??= new Threads(this.#options);
    const threads = this.#threads;
    try {
      return await verb({ threads, cacheDirectory: this.#options.cacheDirectory });
    } catch (error) {
      // The next verb gets new ones.
      this.#threads = undefined;
      await threads.close();
      throw error;
    }
  }
}

/** For one source one result, for a list of them a list. */
async function inKind<S, T>(
  source: S | readonly S[],
  build: (sources: readonly S[]) => Promise<readonly T[]>,
): Promise<T | readonly T[]> {
  if (isList(source)) return build(source);
  const [result] = await build([source]);
  if (result === undefined) throw new RangeError('nothing was built');
  return result;
}

function isList<S>(source: S | readonly S[]): source is readonly S[] {
  return Array.isArray(source);
}
