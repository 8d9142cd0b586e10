import { closeSync, type Dirent, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../ground/errors.js';
import { statIfThere, unlessMissing } from './stat.js';

export interface MakeOptions {
  /** Of each that is made, before the umask. */
  readonly mode?: number;
}

/**
 * Makes a directory, and those above it that are missing. Node's own way tries for ever where a file system refuses new
 * names with ENOENT, as `/proc` does, and reports a read-only file system as a missing directory.
 *
 * @throws The system's error.
 */
export function makeDirectories(path: string, options: MakeOptions = {}): void {
  if (statIfThere(path)?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectories(parent, options);
  try {
    mkdirSync(path, options);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** What is in a directory; undefined if there is none. @throws The system's error. */
export function listDirectory(path: string): Dirent[] | undefined {
  return unlessMissing(() => readdirSync(path, { withFileTypes: true }));
}

/**
 * Makes the names in a directory safe on disk, where that is possible. The bytes of the files are not its concern.
 *
 * @throws The system's error.
 */
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
