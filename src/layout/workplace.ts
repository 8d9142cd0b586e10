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
import { join } from 'node:path';
import { listDirectory, makeDirectories } from '../files/directories.js';
import { removeEmptyDirectory, removeFile, removeTree } from '../files/remove.js';
import { lstatIfThere } from '../files/stat.js';
import { uniqueName } from '../files/temporary.js';
import { replaceFile } from '../files/whole-file.js';
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
  makeDirectories(directory);
  // Whole or not there: an empty file's owner could be anybody, and count as alive for a while.
  replaceFile(owner, Buffer.from(describeSelf()), { temporary: temporaryFile(layout) });
  return { directory, owner };
}

/** Removes what dead processes left, and gives the number of builds that run. To be called under the lock. */
export function sweep(layout: string): number {
  const folder = folderIn(layout);
  let running = 0;
  for (const { name } of listDirectory(folder) ?? []) {
    const path = join(folder, name);
    // Only who holds the lock writes such a file, and that is us.
    if (name.endsWith('.tmp')) removeFile(path);
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
  for (const { name } of listDirectory(directory) ?? []) {
    const path = join(directory, name);
    if (lstatIfThere(path)?.size === 0 || !isAlive(path)) removeFile(path);
  }
  removeEmptyDirectory(directory);
}
