/**
 * Small files of a layout, read and written so that neither a hostile layout nor a crash does harm. All of it is
 * synchronous: see `lock.ts`.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { statIfThere } from '../files/stat.js';
import { LayerstreamError, systemCode } from '../ground/errors.js';

/** A link in a file's place must not lead elsewhere, and a fifo must not block. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Bytes. No index or manifest comes near: registries refuse manifests beyond 4 MiB. */
const MAX_SIZE = 64 * 1024 * 1024;

/**
 * Reads a file that must be a regular one. Gives nothing where there is none.
 *
 * @throws {LayerstreamError} `LAYOUT_INVALID`
 */
export function readSmallFile(path: string): Buffer | undefined {
  const fd = openToRead(path);
  if (fd === undefined) return undefined;
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw invalid(path, 'is not a regular file');
    if (stat.size > MAX_SIZE) throw invalid(path, `has ${stat.size} bytes, more than any index or manifest`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function openToRead(path: string): number | undefined {
  try {
    return openSync(path, READ);
  } catch (error) {
    switch (systemCode(error)) {
      case 'ENOENT':
        return undefined;
      case 'ELOOP':
        throw invalid(path, 'is a symbolic link, not a regular file');
      case 'ENXIO':
        throw invalid(path, 'is a socket, not a regular file');
      default:
        throw error;
    }
  }
}

/** Replaces a file by a whole one, which is on disk when this returns. The temporary one is on the same file system. */
export function replaceFile(path: string, bytes: Uint8Array, temporary: string): void {
  const fd = openSync(temporary, 'wx', 0o644);
  try {
    writeFileSync(fd, bytes);
    fsyncSync(fd);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  syncDirectory(dirname(path));
}

/** Makes the names in a directory safe, where that can be. */
export function syncDirectory(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    // A directory that may be written to but not listed.
    if (systemCode(error) === 'EACCES') return;
    throw error;
  }
  try {
    fsyncSync(fd);
  } catch (error) {
    // Some file systems cannot.
    if (systemCode(error) !== 'EINVAL') throw error;
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes a directory, and those above it that are missing. Node's own way tries for ever where a file system refuses new
 * names with ENOENT, as `/proc` does.
 */
export function makeDirectories(path: string): void {
  if (statIfThere(path)?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectories(parent);
  tolerate(['EEXIST'], () => mkdirSync(path));
}

/** Whether this is a directory, and no link to one; false where nothing is. */
export function isOwnDirectory(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) throw invalid(path, 'is not a directory');
  return stat !== undefined;
}

export function invalid(path: string, what: string, hint?: string): LayerstreamError {
  return new LayerstreamError('LAYOUT_INVALID', `${path} ${what}`, {
    path,
    hint: hint ?? 'Mend the layout, or write to a directory that is empty or missing.',
  });
}

/** Does an action, if it still needs to be done. */
export function tolerate(codes: readonly string[], action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!codes.includes(systemCode(error) ?? '')) throw error;
  }
}
