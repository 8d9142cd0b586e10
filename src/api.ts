import type { Readable } from 'node:stream';
import { buildDockerArchive } from './build/archive-build.js';
import type { BuildOptions } from './build/image-build.js';
import type { Conf } from './config/model.js';
import { Deferred } from './deferred.js';
import { LayerstreamError } from './errors.js';
import type { BuildSummary } from './events.js';
import { openFileOutput } from './output/file.js';
import type { Output } from './output/output.js';
import { readableFrom } from './output/readable.js';
import type { Crew } from './pool/crew.js';

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
