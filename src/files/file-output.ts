import type { Stats } from 'node:fs';
import { open, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LayerstreamError, systemCode } from '../ground/errors.js';
import { AtomicFile } from './atomic-file.js';
import { DescriptorOutput } from './descriptor-output.js';
import { directoryFault, isRefusal } from './directory-fault.js';
import { InPlaceFile } from './in-place-file.js';
import { isMountPoint } from './mount-points.js';
import { type Output, outputError } from './output.js';
import { removeLeftovers } from './temporary.js';

/** Who owns neither a directory with this bit nor the file may not replace a file in it (inode(7)). */
const STICKY = 0o1000;

/**
 * Opens a file to write. A regular file appears whole or not at all, unless no other file can take its place: that one
 * is written where it is, as what is no regular file (a device, a fifo). What dead builds left beside it is removed.
 *
 * @throws {LayerstreamError} `USAGE` where the path can be no file's, `WRITE_FAILED`
 */
export async function openFileOutput(path: string): Promise<Output> {
  if (path === '' || path.endsWith('/')) {
    throw new LayerstreamError('USAGE', `${path} cannot be written: it names no file`, { path });
  }
  try {
    const found = await stat(path).catch(ignoreMissing);
    if (found === undefined) return await createFile(await danglingTarget(resolve(path)), path);
    if (found.isDirectory()) {
      throw new LayerstreamError('USAGE', `${path} cannot be written: it is a directory`, {
        path,
        hint: 'Name a file in it.',
      });
    }
    if (found.isFile()) return await replaceFile(await realpath(path), { name: path, replaced: found });
    const file = await open(path, 'w');
    return new DescriptorOutput(file.fd, { name: path, close: () => file.close() });
  } catch (error) {
    throw error instanceof LayerstreamError ? error : outputError(path, error);
  }
}

async function createFile(path: string, name: string): Promise<Output> {
  await removeLeftovers(dirname(path));
  try {
    return new AtomicFile(path, { name });
  } catch (error) {
    throw fault(path, { name, error });
  }
}

async function replaceFile(
  path: string,
  { name, replaced }: { readonly name: string; readonly replaced: Stats },
): Promise<Output> {
  await removeLeftovers(dirname(path));
  if (isMountPoint(path) || (await isKept(path, replaced))) return new InPlaceFile(path, { name });
  try {
    return new AtomicFile(path, { name, replaced });
  } catch (error) {
    if (!isRefusal(error)) throw fault(path, { name, error });
    return replaceInPlace(path, { name, error });
  }
}

/** In a directory where this user may make no file, one may be the user's. */
function replaceInPlace(path: string, { name, error }: { readonly name: string; readonly error: unknown }): Output {
  try {
    return new InPlaceFile(path, { name });
  } catch {
    throw fault(path, { name, error });
  }
}

/** Whether the directory lets nobody but a file's owner replace it. */
async function isKept(path: string, { uid }: Stats): Promise<boolean> {
  const user = process.geteuid?.();
  const directory = await stat(dirname(path));
  return (directory.mode & STICKY) !== 0 && user !== 0 && user !== uid && user !== directory.uid;
}

function fault(path: string, { name, error }: { readonly name: string; readonly error: unknown }): LayerstreamError {
  return directoryFault(dirname(path), { name, error }) ?? outputError(name, error);
}

/** Where a path to nothing leads: a link stays a link, and the file it points to is made. */
async function danglingTarget(path: string): Promise<string> {
  const target = await readlink(path).catch(() => undefined);
  return target === undefined ? path : danglingTarget(resolve(dirname(path), target));
}

function ignoreMissing(error: unknown): undefined {
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}
