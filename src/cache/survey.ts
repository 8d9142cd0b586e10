import { join } from 'node:path';
import { listDirectory } from '../files/directories.js';
import { lstatIfThere } from '../files/stat.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';
import { fileRole, isShardName, layersDirectory } from './directory.js';

/** A file that the cache made, by its name and its kind. */
export interface CacheFile {
  readonly path: string;
  readonly role: 'entry' | 'temporary';
  /** Of the file itself. */
  readonly bytes: number;
  /** Milliseconds since the epoch, to a day. */
  readonly usedAt: number;
}

/** What there is of a cache. */
export interface CacheStats {
  readonly entries: number;
  readonly bytes: number;
  /** When entries were last used, in milliseconds since the epoch, to a day; undefined without entries. */
  readonly oldestUse: number | undefined;
  readonly newestUse: number | undefined;
}

/** @throws {LayerstreamError} `READ_FAILED` */
export function cacheStats(directory: string): CacheStats {
  let [entries, bytes] = [0, 0];
  let oldestUse: number | undefined;
  let newestUse: number | undefined;
  for (const file of cacheFiles(directory)) {
    if (file.role !== 'entry') continue;
    entries++;
    bytes += file.bytes;
    oldestUse = Math.min(oldestUse ?? file.usedAt, file.usedAt);
    newestUse = Math.max(newestUse ?? file.usedAt, file.usedAt);
  }
  return { entries, bytes, oldestUse, newestUse };
}

/**
 * All files of a cache, and nothing else that lies there. Links are not followed.
 *
 * @throws {LayerstreamError} `READ_FAILED`
 */
export function* cacheFiles(directory: string): Generator<CacheFile> {
  for (const shard of shards(directory)) {
    for (const { name } of read(shard, listDirectory) ?? []) {
      const role = fileRole(name);
      if (role === undefined) continue;
      const path = join(shard, name);
      const stat = read(path, lstatIfThere);
      if (stat?.isFile()) yield { path, role, bytes: stat.size, usedAt: stat.mtimeMs };
    }
  }
}

/** @throws {LayerstreamError} `READ_FAILED` */
export function shards(directory: string): string[] {
  const layers = layersDirectory(directory);
  if (!read(layers, lstatIfThere)?.isDirectory()) return [];
  const found = read(layers, listDirectory) ?? [];
  return found.flatMap((entry) => (entry.isDirectory() && isShardName(entry.name) ? [join(layers, entry.name)] : []));
}

/** Reads what may be gone: builds and other removers work at the same time. */
function read<T>(path: string, call: (path: string) => T): T {
  try {
    return call(path);
  } catch (error) {
    throw new LayerstreamError('READ_FAILED', `${path} cannot be read: ${systemReason(error)}`, { path, cause: error });
  }
}
