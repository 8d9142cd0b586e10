import { removeEmptyDirectory, removeFile } from '../files/remove.js';
import { lstatIfThere } from '../files/stat.js';
import { touch, writeNewFile } from '../files/whole-file.js';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';
import { layersDirectory, stampPath } from './directory.js';
import { type CacheFile, cacheFiles, shards } from './survey.js';

const DAY = 24 * 60 * 60 * 1000;

/** Days without use after which an entry goes by itself. */
export const DEFAULT_MAX_AGE = 30;

/** Some 80 MB of disk blocks; reading their times takes a tenth of a second. */
const MAX_ENTRIES = 20_000;

export interface PruneOptions {
  /** Days without use after which an entry goes. */
  readonly maxAge: number;
  readonly maxEntries?: number;
}

export interface PruneResult {
  /** Entries. */
  readonly removed: number;
  readonly bytes: number;
  readonly left: number;
}

/**
 * Removes entries that were not used for so many days, then those not used for longest while there are too many, and
 * what interrupted writes left a day ago or before.
 *
 * @throws {LayerstreamError} `READ_FAILED`, `WRITE_FAILED`
 */
export function pruneCache(directory: string, { maxAge, maxEntries = MAX_ENTRIES }: PruneOptions): PruneResult {
  const now = Date.now();
  const entries: CacheFile[] = [];
  for (const file of cacheFiles(directory)) {
    if (file.role === 'entry') entries.push(file);
    else if (file.usedAt < now - DAY) remove(file.path, removeFile);
  }
  entries.sort((a, b) => b.usedAt - a.usedAt);
  const firstOld = entries.findIndex(({ usedAt }) => usedAt <= now - maxAge * DAY);
  const kept = Math.min(maxEntries, firstOld === -1 ? entries.length : firstOld);
  const gone = entries.slice(kept);
  for (const { path } of gone) remove(path, removeFile);
  return { removed: gone.length, bytes: total(gone), left: entries.length - gone.length };
}

/**
 * Prunes if nobody did for a day.
 *
 * @throws {LayerstreamError} `READ_FAILED`, `WRITE_FAILED`
 */
export function pruneIfDue(directory: string): void {
  const stamp = stampPath(directory);
  const last = lstatIfThere(stamp)?.mtimeMs ?? 0;
  // A time in the future would put it off for ever.
  if (Math.abs(Date.now() - last) < DAY) return;
  // First, so that builds that end meanwhile need not do it too.
  renew(stamp);
  pruneCache(directory, { maxAge: DEFAULT_MAX_AGE });
}

/**
 * Removes all that the cache made below the directory, and nothing else. The directory itself stays.
 *
 * @throws {LayerstreamError} `READ_FAILED`, `WRITE_FAILED`
 */
export function clearCache(directory: string): PruneResult {
  const files = [...cacheFiles(directory)];
  for (const { path } of files) remove(path, removeFile);
  for (const shard of shards(directory)) remove(shard, removeEmptyDirectory);
  const layers = layersDirectory(directory);
  if (lstatIfThere(layers)?.isDirectory()) remove(layers, removeEmptyDirectory);
  const stamp = stampPath(directory);
  const found = lstatIfThere(stamp);
  if (found?.isFile() && found.size === 0) remove(stamp, removeFile);
  const entries = files.filter(({ role }) => role === 'entry');
  return { removed: entries.length, bytes: total(entries), left: 0 };
}

function total(files: readonly CacheFile[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}

function renew(stamp: string): void {
  try {
    if (lstatIfThere(stamp) === undefined) writeNewFile(stamp, Buffer.alloc(0), { mode: 0o600 });
    else touch(stamp);
  } catch (error) {
    // Another build was faster.
    if (systemCode(error) === 'EEXIST') return;
    throw writeFailed(`${stamp} cannot be written`, stamp, error);
  }
}

/** What is gone already, or holds what is not ours or came just now, stays as it is. */
function remove(path: string, call: (path: string) => void): void {
  try {
    call(path);
  } catch (error) {
    throw writeFailed(`${path} cannot be removed`, path, error);
  }
}

function writeFailed(what: string, path: string, cause: unknown): LayerstreamError {
  return new LayerstreamError('WRITE_FAILED', `${what}: ${systemReason(cause)}`, { path, cause });
}
