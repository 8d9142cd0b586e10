/** Small files that are written in one go, and are whole or not there. */
import { closeSync, fsyncSync, lutimesSync, openSync, renameSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from './directories.js';
import { discardFile } from './remove.js';
import { writeFullySync } from './write.js';

export interface NewFileOptions {
  /** Before the umask; 0o644 by default. */
  readonly mode?: number;
  /** Whether the bytes are on disk when the call returns. */
  readonly durability?: 'synced' | 'unsynced';
}

/**
 * Writes a file that is not there yet.
 *
 * @throws The system's error, also where there is anything at the path; otherwise nothing is left there.
 */
export function writeNewFile(path: string, bytes: Uint8Array, options: NewFileOptions = {}): void {
  const { mode = 0o644, durability = 'unsynced' } = options;
  const fd = openSync(path, 'wx', mode);
  try {
    try {
      writeFullySync(fd, bytes);
      if (durability === 'synced') fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    discardFile(path);
    throw error;
  }
}

export interface ReplaceOptions extends NewFileOptions {
  /** A path for the unfinished file, in the same file system. Nothing is there. */
  readonly temporary: string;
}

/**
 * Puts a whole file in the place of whatever is at the path, except for a directory. If it is synced, its name is on
 * disk too when this returns.
 *
 * @throws The system's error; then the temporary file is gone.
 */
export function replaceFile(path: string, bytes: Uint8Array, { temporary, ...options }: ReplaceOptions): void {
  writeNewFile(temporary, bytes, options);
  try {
    renameSync(temporary, path);
  } catch (error) {
    discardFile(temporary);
    throw error;
  }
  if (options.durability === 'synced') syncDirectory(dirname(path));
}

/**
 * Gives a file its final name when its bytes are on disk. The name itself is not synced.
 *
 * @throws The system's error.
 */
export async function commitFile(temporary: string, path: string): Promise<void> {
  const file = await open(temporary, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Sets the times of what is at a path to now. A link is not followed. @throws The system's error. */
export function touch(path: string): void {
  const now = new Date();
  lutimesSync(path, now, now);
}
