/** Where a path leads on this machine's disk, if the store lies below another directory. */
import { join } from 'node:path';
import { linkTarget } from '../files/links.js';
import { textToFsPath } from '../ground/bytestring.js';
import type { Places } from './store.js';

/** As many links as Linux follows (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * The path on disk. A path of the store lies below the root, as for `nix --store DIR`, and so does what a symbolic link
 * into the store points to: the system itself would follow it into this machine's own store. What does not exist has a
 * path, too.
 *
 * @throws The system's error.
 */
export function onDisk(path: string, { storeDir, storeRoot }: Places): string {
  if (storeRoot === '') return path;
  let place = '';
  let rest: string[] = [];
  const enter = (target: string): void => {
    const isOfStore = target === storeDir || target.startsWith(`${storeDir}/`);
    if (isOfStore) place = storeRoot + storeDir;
    else if (target.startsWith('/')) place = '/';
    const names = (isOfStore ? target.slice(storeDir.length) : target).split('/');
    rest = [...names.filter((name) => name !== ''), ...rest];
  };
  enter(path);
  for (let links = 0; rest.length > 0; ) {
    const name = rest.shift() ?? '';
    const next = join(place, name);
    const target = linkTarget(textToFsPath(next));
    // Where links go in a circle, the system says so of the path itself.
    if (target !== undefined && ++links > MAX_LINKS) return path;
    if (target === undefined) place = next;
    else enter(target);
  }
  return place;
}
