import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { outputError } from './output.js';
import { removeTree } from './remove.js';

/** A name that nothing else has, also in other processes and on other machines. */
export function uniqueName(): string {
  return randomBytes(12).toString('hex');
}

/** A path in a directory for something that is unfinished. Nothing is there yet. */
export function temporaryPath(directory: string): string {
  return join(directory, `.layerstream-${uniqueName()}.tmp`);
}

/** A new directory of this user alone, for files that are needed until an output is complete. */
export class StagingDirectory {
  /** Absolute. */
  readonly path: string;

  /** @throws {LayerstreamError} `WRITE_FAILED` */
  constructor(parent: string) {
    this.path = temporaryPath(resolve(parent));
    try {
      mkdirSync(this.path, { mode: 0o700 });
    } catch (error) {
      throw outputError(this.path, error);
    }
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
 * Opens a new file without a name, to write and read it. It vanishes when its descriptor is closed.
 *
 * @throws {LayerstreamError} `WRITE_FAILED`
 */
export function openNamelessFile(directory: string): number {
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
    throw outputError(`a temporary file in ${directory}`, error);
  }
}
