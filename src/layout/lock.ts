/**
 * A lock by means of a directory, for processes that share nothing but a file system.
 *
 * The lock is held while the directory `lock` holds a file. To take it, a process makes a directory with a file that
 * has a random name and tells its owner, and renames that directory to `lock`: this fails as long as `lock` is not
 * empty, and replaces it where it is (POSIX.1-2017, rename(): "it shall be required to be an empty directory"). To free
 * it, the file is removed. A dead owner's lock is broken in the same way; since names are never used again, that cannot
 * hit another's. At no moment does a kill leave a lock that nobody can take.
 *
 * What is done under the lock is synchronous: no signal handler runs meanwhile, and a process that died was not in the
 * middle of a system call of this section.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { listDirectory } from '../files/directories.js';
import { removeEmptyDirectory, removeFile } from '../files/remove.js';
import { uniqueName } from '../files/temporary.js';
import { writeNewFile } from '../files/whole-file.js';
import { LayerstreamError, systemCode } from '../ground/errors.js';
import { isOwnDirectory } from './files.js';
import { describeOwner, describeSelf, isAlive, LEASE } from './owner.js';

/** Milliseconds: longer than it takes to see that an owner elsewhere is dead. What a lock is for takes some ten. */
const PATIENCE = 1.5 * LEASE;

/** Milliseconds between tries: the first, and the most. */
const FIRST_PAUSE = 1;
const LAST_PAUSE = 100;

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait at the most. */
  readonly patience?: number | undefined;
}

/**
 * Does something while no other process does, in a folder that is made for the time and removed again if it is empty.
 *
 * @throws {LayerstreamError} `LAYOUT_BUSY` where another does not come to an end, `ABORTED`
 */
export async function withLock<T>(folder: string, action: () => T, options: LockOptions = {}): Promise<T> {
  const { signal, patience = PATIENCE } = options;
  const end = performance.now() + patience;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LAST_PAUSE)) {
    if (signal?.aborted) throw aborted(signal);
    const release = tryLock(folder);
    if (release !== undefined) {
      try {
        return action();
      } finally {
        release();
      }
    }
    if (performance.now() > end) throw busy(folder, patience);
    // No process reports that it has released the lock, so it is tried again. Those that wait must not keep step.
    await setTimeout(pause * (0.5 + Math.random()), undefined, { ...(signal === undefined ? {} : { signal }) }).catch(
      () => {
        throw aborted(signal);
      },
    );
  }
}

function tryLock(folder: string): (() => void) | undefined {
  const lock = join(folder, 'lock');
  const name = uniqueName();
  const prepared = join(folder, `${name}.lock`);
  const self = describeSelf();
  if (isHeld(lock)) return undefined;
  if (!isOwnDirectory(folder)) makeFolder(folder);
  try {
    mkdirSync(prepared);
    writeNewFile(join(prepared, name), Buffer.from(self));
    renameSync(prepared, lock);
  } catch (error) {
    discard(prepared, name);
    removeEmptyDirectory(folder);
    const code = systemCode(error);
    // Another was faster, or removed the folder meanwhile, since nothing was in it.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return undefined;
    throw error;
  }
  return () => {
    discard(lock, name);
    removeEmptyDirectory(folder);
  };
}

/** Whether a living process holds the lock. Dead owners' files are removed. */
function isHeld(lock: string): boolean {
  if (!isOwnDirectory(lock)) return false;
  return listOwners(lock).some((name) => {
    const path = join(lock, name);
    if (isAlive(path)) return true;
    removeFile(path);
    return false;
  });
}

/** Removes an owner's file, and its directory if no other's file is in there. */
function discard(directory: string, name: string): void {
  removeFile(join(directory, name));
  removeEmptyDirectory(directory);
}

function listOwners(lock: string): string[] {
  return (listDirectory(lock) ?? []).map(({ name }) => name);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

function busy(folder: string, patience: number): LayerstreamError {
  const lock = join(folder, 'lock');
  const [name] = listOwners(lock);
  const owner = name === undefined ? 'other processes' : describeOwner(join(lock, name));
  return new LayerstreamError('LAYOUT_BUSY', `${lock} was held by ${owner} for more than ${patience / 1000} s`, {
    path: lock,
    hint: `See whether that process hangs, and end it. If it is long gone, remove ${lock}.`,
  });
}

function aborted(signal: AbortSignal | undefined): LayerstreamError {
  return new LayerstreamError('ABORTED', 'waiting for the layout was aborted', { cause: signal?.reason });
}
