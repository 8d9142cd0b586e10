import { lstatIfThere, type Stats, statIfThere } from '../files/stat.js';
import { systemCode, systemReason } from '../ground/errors.js';
import { layersDirectory } from './directory.js';

/** Write permission of group and others. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Why what was found must not be believed: somebody else may have written it, and could make an image announce a digest
 * that its bytes do not have. Undefined where only this user and root can.
 */
export function distrust({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): string | undefined {
  if (uid !== 0 && uid !== process.geteuid?.()) return `it belongs to another user (${uid})`;
  if ((mode & WRITABLE_BY_OTHERS) !== 0) return `others may write to it (mode ${(mode & 0o7777).toString(8)})`;
  return undefined;
}

/** What a directory is to the cache. */
export type DirectoryState =
  | { readonly kind: 'usable' }
  /** There is none yet. */
  | { readonly kind: 'missing' }
  /** It cannot be used; `fault` says why, of a subject named before it. */
  | { readonly kind: 'unusable'; readonly fault: string };

/**
 * The cache's directory, and that of its entries. The first may be a link, if the user wants the cache elsewhere; below it
 * nothing is a link.
 */
export function lookAtCache(directory: string): DirectoryState {
  const top = lookAt(directory, statIfThere);
  return top.kind === 'usable' ? lookAt(layersDirectory(directory), lstatIfThere) : top;
}

export function lookAtShard(path: string): DirectoryState {
  return lookAt(path, lstatIfThere);
}

function lookAt(path: string, stat: (path: string) => Stats | undefined): DirectoryState {
  try {
    const found = stat(path);
    if (found === undefined) return { kind: 'missing' };
    const fault = found.isDirectory() ? distrust(found) : 'it is not a directory';
    return fault === undefined ? { kind: 'usable' } : { kind: 'unusable', fault: `${path}: ${fault}` };
  } catch (error) {
    // A file stands where a directory above should.
    const reason = systemCode(error) === 'ENOTDIR' ? 'a part of its path is not a directory' : systemReason(error);
    return { kind: 'unusable', fault: `${path}: ${reason}` };
  }
}
