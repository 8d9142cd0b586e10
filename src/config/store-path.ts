import { encodeText } from '../ground/bytestring.js';

/**
 * Where a path of the conf lies in the store, and on this machine's disk.
 */

/** Where Nix keeps its store, unless a conf says otherwise. */
export const DEFAULT_STORE_DIR = '/nix/store';

/** Why a path is no path below the store, in the words of an expectation; undefined where it is one. */
export function storePathFault(path: string, storeDir: string): string | undefined {
  if (!path.startsWith(`${storeDir}/`)) return `a path below ${storeDir}`;
  if (path.includes('\0') || encodeText(path) === undefined) return 'a path that can stand in a file system';
  for (const component of path.slice(storeDir.length + 1).split('/')) {
    if (component === '..') return 'a path without ".."';
    if (component === '' || component === '.') return 'a path without "." or empty components';
  }
  return undefined;
}

/** The store directory and store name of a store path: what the first script cuts from a customisation layer's names. */
export function storeNamePrefix(path: string, storeDir: string): string {
  const end = path.indexOf('/', storeDir.length + 1);
  return end < 0 ? path : path.slice(0, end);
}

/** The path on disk: below `storeRoot` if it is a path of the store, as for `nix --store DIR`; else as it stands. */
export function locate(path: string, options: { storeDir: string; storeRoot: string }): string {
  return path.startsWith(`${options.storeDir}/`) ? options.storeRoot + path : path;
}
