/**
 * Checks images as they are stored: every digest, size and diffID that they claim is recomputed from the bytes, and all
 * mismatches are reported together.
 */
import type { Readable } from 'node:stream';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';
import { readArchive } from '../tar/archive.js';
import { decompress } from '../tar/decompress.js';
import { checkContents } from './check.js';
import { Contents } from './contents.js';
import { readLayoutDirectory } from './directory.js';
import type { VerifyReport } from './report.js';

/**
 * Checks a docker-archive, or an archive of an OCI image layout, or one that is both. Reads it once; it may be plain or
 * compressed with gzip, or with zstd where `node:zlib` reads that (Node.js 22.15). `name` is for messages.
 *
 * @throws {LayerstreamError} `ARCHIVE_INVALID` if it is no tar or ends too early, `INPUT_INVALID` if it is compressed
 * in a way that is not read, `READ_FAILED` if it cannot be read at all.
 */
export async function verifyArchive(input: Readable, name = 'archive'): Promise<VerifyReport> {
  const contents = new Contents();
  try {
    await readArchive(await decompress(input, name), async (entry, body) => {
      contents.add(await contents.hash(entry, body));
    });
  } catch (error) {
    if (error instanceof LayerstreamError && error.code === 'ARCHIVE_INVALID') {
      throw new LayerstreamError(error.code, `${name} is ${error.message}`, { path: name, cause: error.cause });
    }
    throw readError(error, name);
  }
  return checkContents(contents);
}

/**
 * Checks a directory that is an OCI image layout. Reads nothing outside of it: no link is followed.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` if it is no layout, `READ_FAILED` if it cannot be read at all.
 */
export async function verifyLayout(path: string): Promise<VerifyReport> {
  const contents = new Contents();
  try {
    await readLayoutDirectory(path, contents);
  } catch (error) {
    throw readError(error, path);
  }
  return checkContents(contents);
}

/** Adds the name of the file or directory to a system error. */
function readError(error: unknown, name: string): unknown {
  if (error instanceof LayerstreamError || systemCode(error) === undefined) return error;
  const message = `${name} cannot be read: ${systemReason(error)}`;
  return new LayerstreamError('READ_FAILED', message, { path: name, cause: error });
}
