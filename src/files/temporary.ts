import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LayerstreamError } from '../ground/errors.js';
import { outputError } from './output.js';
import { presenceOf, thisProcess } from './owner.js';
import { removeFile, removeTree } from './remove.js';
import { lstatIfThere } from './stat.js';

/** A name that nothing else has, also in other processes and on other machines. */
export function uniqueName(): string {
  return randomBytes(12).toString('hex');
}

/**
 * A path in a directory for something that is unfinished. Nothing is there yet. The name says whose it is, so that
 * `removeLeftovers` knows when nobody will finish it.
 */
export function temporaryPath(directory: string): string {
  const { pid, started, place } = thisProcess();
  const owner = place === undefined ? '' : `${pid}-${started}-${place}-`;
  return join(directory, `.layerstream-${owner}${uniqueName()}.tmp`);
}

/** Without an owner, whose it is is unknown. */
const TEMPORARY_NAME = /^\.layerstream-(\d+)-(\d+)-([\da-f]+-\d+)-[\da-f]+\.tmp$/;

/**
 * Removes what processes that are dead left in a directory under a `temporaryPath`. What belongs to a process that
 * cannot be seen from here stays. Does not fail.
 */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const [, pid = '', started = '', place] = TEMPORARY_NAME.exec(name) ?? [];
    if (place === undefined || presenceOf({ pid: Number(pid), started, place }) !== 'dead') continue;
    discardLeftover(join(directory, name));
  }
}

function discardLeftover(path: string): void {
  try {
    const found = lstatIfThere(path);
    // Another user could put a link in the place of what is in a directory of theirs, while it is removed.
    if (found?.isDirectory() && found.uid === process.geteuid?.()) removeTree(path);
    else if (found?.isDirectory() === false) removeFile(path);
  } catch {
    // It is another user's, or goes with the next build.
  }
}

/** A new directory of this user alone, for files that are needed until an output is complete. */
export class StagingDirectory {
  /** Absolute. */
  readonly path: string;
  readonly #parent: string;

  private constructor(parent: string) {
    this.#parent = resolve(parent);
    this.path = temporaryPath(this.#parent);
    try {
      mkdirSync(this.path, { mode: 0o700 });
    } catch (error) {
      throw temporaryFault(this.#parent, error);
    }
  }

  /** No signal comes between its making and the return. @throws {LayerstreamError} `WRITE_FAILED` */
  static async make(parent: string): Promise<StagingDirectory> {
    await removeLeftovers(parent);
    return new StagingDirectory(parent);
  }

  /** An error without the names of files in here, which mean nothing to people; another error as it is. */
  explain(error: unknown): unknown {
    const isOurs =
      error instanceof LayerstreamError && error.code === 'WRITE_FAILED' && error.path?.startsWith(this.path);
    if (!isOurs || error.path === undefined) return error;
    // Of what comes from another thread, only the message and the hint are there.
    const message = `a temporary file in ${this.#parent}${error.message.slice(error.path.length)}`;
    return inPlaceOf(error, { message, directory: this.#parent });
  }

  /** Removes it with all that it holds. Does not fail. Finished on return, so that a signal handler may call it. */
  remove(): void {
    try {
      removeTree(this.path);
    } catch {
      // An earlier failure must not be hidden, and the name of what stays says what it is.
    }
  }
}

/**
 * Opens a new file without a name in the system's directory for temporary files, to write and read it. It vanishes when
 * its descriptor is closed.
 *
 * @throws {LayerstreamError} `WRITE_FAILED`
 */
export async function openNamelessFile(): Promise<number> {
  const directory = tmpdir();
  await removeLeftovers(directory);
  const path = temporaryPath(directory);
  try {
    const fd = openSync(path, 'wx+', 0o600);
    try {
      unlinkSync(path);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    return fd;
  } catch (error) {
    throw temporaryFault(directory, error);
  }
}

/** The error for a system call that failed on a temporary file. */
export function temporaryFault(directory: string, error: unknown): LayerstreamError {
  const fault = outputError(`a temporary file in ${directory}`, error);
  return inPlaceOf(fault, { message: fault.message, directory });
}

function inPlaceOf(
  { code, hint, cause }: LayerstreamError,
  { message, directory }: { readonly message: string; readonly directory: string },
): LayerstreamError {
  const isOfSystem = directory === resolve(tmpdir());
  const ours = isOfSystem ? 'Name a directory that has room for it in $TMPDIR.' : hint;
  return new LayerstreamError(code, message, { path: directory, hint: ours, cause });
}
