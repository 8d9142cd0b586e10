/**
 * Checks images as they are stored: every digest, size and diffID that they claim is recomputed from the bytes, and all
 * mismatches are reported together.
 */
import type { Readable } from 'node:stream';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';
import { readArchiveFile, readArchiveStream } from './archive.js';
import { checkContents } from './check.js';
import { Contents } from './contents.js';
import { readLayoutDirectory } from './directory.js';
import { type ProgressListener, Reading } from './progress.js';
import type { VerifyReport } from './report.js';

export interface VerifyOptions {
  /** Threads that read files, 1 to 1024; by default the cores that this process may use. */
  readonly workers?: number | undefined;
  /** Called a few times a second. An error that it throws ends the verification. */
  readonly onProgress?: ProgressListener | undefined;
}

export interface VerifyArchiveOptions extends VerifyOptions {
  /** What messages call the archive; its path by default. */
  readonly name?: string | undefined;
}

/**
 * Checks a docker-archive, or an archive of an OCI image layout, or one that is both: a file, or a stream. It may be plain
 * or compressed.
 *
 * @throws {LayerstreamError} `ARCHIVE_INVALID` if it ends too early or is broken, `INPUT_INVALID` if it is no archive or
 * is compressed in a way that is not read, `READ_FAILED` if it cannot be read at all.
 */
export async function verifyArchive(
  archive: string | Readable,
  { name = typeof archive === 'string' ? archive : 'archive', ...options }: VerifyArchiveOptions = {},
): Promise<VerifyReport> {
  return verify(name, options, async (contents, reading) => {
    try {
      if (typeof archive === 'string') await readArchiveFile(archive, contents, { name, reading, ...options });
      else await readArchiveStream(archive, contents, { name, reading });
    } catch (error) {
      if (!(error instanceof LayerstreamError) || error.code !== 'ARCHIVE_INVALID') throw error;
      throw new LayerstreamError(error.code, `${name} is ${error.message}`, { path: name, cause: error.cause });
    }
  });
}

/**
 * Checks a directory that is an OCI image layout. Reads nothing outside of it: no link is followed.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` if it is no layout, `READ_FAILED` if it cannot be read at all.
 */
export async function verifyLayout(path: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  return verify(path, options, (contents, reading) => readLayoutDirectory(path, contents, { ...options, reading }));
}

async function verify(
  name: string,
  { onProgress }: VerifyOptions,
  read: (contents: Contents, reading: Reading) => Promise<void>,
): Promise<VerifyReport> {
  const contents = new Contents();
  const reading = new Reading(onProgress);
  try {
    await Promise.race([read(contents, reading), reading.failed]);
  } catch (error) {
    throw readError(error, name);
  } finally {
    reading.end();
  }
  return checkContents(contents);
}

/** Adds the name of the file or directory to a system error. */
function readError(error: unknown, name: string): unknown {
  if (error instanceof LayerstreamError || systemCode(error) === undefined) return error;
  const message = `${name} cannot be read: ${systemReason(error)}`;
  return new LayerstreamError('READ_FAILED', message, { path: name, cause: error });
}
