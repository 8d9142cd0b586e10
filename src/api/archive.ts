import type { Readable } from 'node:stream';
import type { Conf } from '../config/model.js';
import type { BuildSummary } from '../events/events.js';
import { openFileOutput } from '../files/file-output.js';
import type { Output } from '../files/output.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';
import { GuardedTarget } from '../ground/guarded-target.js';
import { streamImage } from '../pipeline/archive-build.js';
import type { BuildOptions } from '../pipeline/image-build.js';
import { writeDockerArchive } from '../sinks/docker-archive.js';
import { Crew } from '../threads/crew.js';
import { readableFrom } from './readable.js';

/**
 * Builds an image into a file, as a docker-archive. A regular file appears whole or not at all.
 *
 * @throws {LayerstreamError}
 */
export async function writeArchive(conf: Conf, path: string, options: BuildOptions = {}): Promise<BuildSummary> {
  return buildInto(conf, await openFileOutput(path), options);
}

/** Builds into an output, which is committed or, after a failure, discarded. */
export async function buildInto(conf: Conf, output: Output, options: BuildOptions, crew?: Crew): Promise<BuildSummary> {
  try {
    const summary = await buildDockerArchive(conf, output, options, crew);
    await output.commit();
    return summary;
  } catch (error) {
    output.discard();
    throw error;
  }
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
  const guarded = new GuardedTarget(target);
  try {
    return await streamImage(conf, { options, crew }, (image) => writeDockerArchive(image, guarded));
  } finally {
    guarded.close();
  }
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
