/** Functions that start a session for one image, and close it. */
import type { Readable } from 'node:stream';
import type { Conf } from '../config/model.js';
import type { Description } from '../describe/schema.js';
import type { BuildSummary } from '../events/events.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';
import type {
  ArchiveOptions,
  LayoutArchiveOptions,
  LayoutOptions,
  LayoutSummary,
  SessionOptions,
  VerbOptions,
} from './options.js';
import { readableFrom } from './readable.js';
import { Session } from './session.js';

type Alone = Pick<SessionOptions, 'workers' | 'cacheDirectory'>;

export type BuildOptions = Alone & ArchiveOptions;

export type DescribeOptions = Alone & VerbOptions;

/**
 * Builds an image into a file, as a docker-archive. A regular file appears whole or not at all.
 *
 * @throws {LayerstreamError}
 */
export function writeArchive(conf: Conf, path: string, options: BuildOptions = {}): Promise<BuildSummary> {
  return withSession(options, (session) => session.archive(conf, path, options));
}

/**
 * Builds an image and writes it as a docker-archive.
 *
 * @throws {LayerstreamError} with what failed first; nothing goes on after that.
 */
export function buildDockerArchive(conf: Conf, target: ByteTarget, options: BuildOptions = {}): Promise<BuildSummary> {
  return withSession(options, (session) => session.archive(conf, target, options));
}

export interface ArchiveStream {
  /** The docker-archive. `Readable.toWeb` makes a web stream of it. */
  readonly stream: Readable;
  /** Settles when the archive ends: with what was built, or with the error that also destroys the stream. */
  readonly summary: Promise<BuildSummary>;
}

/**
 * Builds an image as a stream of its docker-archive. Work begins with the first read (until then `summary` is not
 * settled), and waits while nobody reads; destroying the stream ends it.
 */
export function archiveStream(conf: Conf, options: BuildOptions = {}): ArchiveStream {
  const cancel = new AbortController();
  const signal = options.signal === undefined ? cancel.signal : AbortSignal.any([options.signal, cancel.signal]);
  const summary = new Deferred<BuildSummary>();
  let isBegun = false;
  const stream = readableFrom(
    async (target) => {
      isBegun = true;
      try {
        summary.resolve(await buildDockerArchive(conf, target, { ...options, signal }));
      } catch (error) {
        summary.reject(error);
        throw error;
      }
    },
    () => {
      cancel.abort();
      // A build that has begun settles it itself, when all its threads have stopped.
      if (!isBegun) summary.reject(new LayerstreamError('ABORTED', 'the stream was destroyed before its end'));
    },
  );
  return { stream, summary: summary.promise };
}

/**
 * Builds an image into a directory, an OCI image layout, which is made if it is missing. Other images in it stay; one of
 * the same name and platform is replaced. A layer that is known and whose blob is there is neither read nor written; with
 * `verify` all layers are hashed and written again, and take the place of blobs that may be damaged.
 *
 * @throws {LayerstreamError}
 */
export function writeLayout(
  conf: Conf,
  directory: string,
  options: LayoutOptions & Alone = {},
): Promise<LayoutSummary> {
  return withSession(options, (session) => session.layout(conf, directory, options));
}

/**
 * Builds an image into a file, an archive of an OCI image layout that `docker load` takes, too. The file appears whole or
 * not at all.
 *
 * @throws {LayerstreamError}
 */
export function writeLayoutArchive(
  conf: Conf,
  path: string,
  options: LayoutArchiveOptions & Alone = {},
): Promise<LayoutSummary> {
  return withSession(options, (session) => session.layoutArchive(conf, path, options));
}

/**
 * Describes the image that a conf stands for: its layers, their sizes, and their diffIDs where they are known. Nothing is
 * hashed and nothing is written: a diffID is what an earlier build learned, if `cacheDirectory` names its cache, or what
 * the base image or the customisation layer's `checksum` announces, or not known. Where all are known, so are the image
 * config, and with it the image ID, and the manifests: `manifest.json` of the docker-archive, and the image manifest of an
 * OCI layout without compression, in which a layer's digest is its diffID.
 *
 * @throws {LayerstreamError} as a build does before it hashes: `CONF_INVALID` or `INPUT_INVALID` for what the conf names;
 *   `FILE_UNSUPPORTED`, `READ_FAILED` or `PATH_CHANGED` for what a store path holds; `USAGE`, `ABORTED`
 */
export function describeImage(conf: Conf, options: DescribeOptions = {}): Promise<Description> {
  return withSession(options, (session) => session.describe(conf, options));
}

async function withSession<T>(options: SessionOptions, use: (session: Session) => Promise<T>): Promise<T> {
  const session = Session.start(options);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
