/**
 * Checks images as they are stored: every claim that they make is computed anew from their bytes, and all that does
 * not hold is told together.
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
 * @throws {LayerstreamError} `ARCHIVE_INVALID` where it is no tar or ends too early, `INPUT_INVALID` where it is
 * compressed in a way that is not read, `READ_FAILED` where it cannot be read at all.
 */
export async function verifyArchive(input: Readable, name = 'archive'): Promise<VerifyReport> {
  const contents = new Contents();
  try {
    await readArchive(await decompress(input, name), async (entry, body) => {
      contents.add(await contents.sum(entry, body));
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
 * Checks a directory that is an OCI image layout. Reads nothing outside of it, whatever its links say.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` where the directory is none, `READ_FAILED` where it cannot be read at all.
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

/** The error of reading with the name of what was read. */
function readError(error: unknown, name: string): unknown {
  if (error instanceof LayerstreamError || systemCode(error) === undefined) return error;
  const message = `${name} cannot be read: ${systemReason(error)}`;
  return new LayerstreamError('READ_FAILED', message, { path: name, cause: error });
}
