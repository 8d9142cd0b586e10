import { join } from 'node:path';
import { listDirectory } from '../files/directories.js';
import { removeFile } from '../files/remove.js';
import { lstatIfThere } from '../files/stat.js';
import { parseDigest } from '../oci/digest.js';
import { readIndexFile } from './open.js';
import { reachableBlobs } from './reachable.js';
import { sweep } from './workplace.js';

/** What a collection did. */
export type Collection =
  | { readonly kind: 'collected'; readonly blobs: number; readonly bytes: number }
  /** Others build: what they have written, or rely on, is in no index yet. */
  | { readonly kind: 'postponed'; readonly builds: number };

/**
 * Removes what dead builds left, and, unless somebody builds, all blobs that the index does not reach. To be called
 * under the lock: then no build can begin meanwhile.
 */
export function collectBlobs(layout: string): Collection {
  const builds = sweep(layout);
  if (builds > 0) return { kind: 'postponed', builds };
  const reached = reachableBlobs(layout, readIndexFile(layout));
  const directory = join(layout, 'blobs/sha256');
  let [blobs, bytes] = [0, 0];
  for (const entry of listDirectory(directory) ?? []) {
    const digest = parseDigest(`sha256:${entry.name}`);
    // What is no blob is not ours to remove.
    if (digest === undefined || entry.isDirectory() || reached.has(digest)) continue;
    const path = join(directory, entry.name);
    bytes += lstatIfThere(path)?.size ?? 0;
    removeFile(path);
    blobs++;
  }
  return { kind: 'collected', blobs, bytes };
}
