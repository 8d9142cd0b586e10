/**
 * The folder in a layout that exists while somebody builds, and what is in it:
 *
 *     .layerstream/lock/             held while there is a file in it
 *     .layerstream/<name>.lock/      about to become the lock
 *     .layerstream/<name>.tmp        a file that is written under the lock
 *     .layerstream/<name>.build/     a running build: `owner`, and its unfinished blobs
 *
 * Image-spec does not forbid other files in a layout, and skopeo and umoci have such of their own while they work.
 */
import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../ground/errors.js';
import { tolerate } from './files.js';
import { uniqueName } from './lock.js';
import { describeSelf, isAlive } from './owner.js';

export const FOLDER = '.layerstream';

const OWNER = 'owner';

export function folderIn(layout: string): string {
  return join(layout, FOLDER);
}

export function temporaryFile(layout: string): string {
  return join(folderIn(layout), `${uniqueName()}.tmp`);
}

/** Registers a build, and gives the directory that is its own. To be called under the lock. */
export function register(layout: string): { directory: string; owner: string } {
  const directory = join(folderIn(layout), `${uniqueName()}.build`);
  const owner = join(directory, OWNER);
  mkdirSync(directory);
  // Whole or not there: an empty file's owner could be anybody, and count as alive for a while.
  const temporary = temporaryFile(layout);
  writeFileSync(temporary, describeSelf(), { flag: 'wx' });
  renameSync(temporary, owner);
  return { directory, owner };
}

/** Removes what dead processes left, and gives the number of builds that run. To be called under the lock. */
export function sweep(layout: string): number {
  const folder = folderIn(layout);
  let running = 0;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // Only who holds the lock writes such a file, and that is us.
    if (name.endsWith('.tmp')) unlinkSync(path);
    else if (name.endsWith('.lock')) sweepPrepared(path);
    else if (name.endsWith('.build')) {
      if (isAlive(join(path, OWNER))) running++;
      else removeTree(path);
    }
  }
  return running;
}

/** Without its file, or that file's text, such a directory may be one that is just being made: then its maker tries again. */
function sweepPrepared(directory: string): void {
  tolerate(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      if (lstatSync(path).size === 0 || !isAlive(path)) unlinkSync(path);
    }
    rmdirSync(directory);
  });
}

/** Removes a build's directory. */
export function removeTree(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch (error) {
    // Something was still writing into it; whoever sweeps next gets the rest.
    if (systemCode(error) !== 'ENOTEMPTY') throw error;
  }
}
