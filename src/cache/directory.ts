/**
 * Where the cache keeps things: `layers/<2 hex digits>/<62 more>.json` for each layer, and `pruned`, an empty file
 * whose time is that of the last pruning.
 */
import { isAbsolute, join, resolve } from 'node:path';
import { uniqueName } from '../files/temporary.js';
import type { LayerKey } from './key.js';

const SHARD_NAME = /^[\da-f]{2}$/;
const ENTRY_NAME = /^[\da-f]{62}\.json$/;
/** Of any length: other versions made shorter names. */
const TEMPORARY_NAME = /^\.[\da-f]+\.tmp$/;

/**
 * Where the cache lies: the given directory, or `layerstream` in the user's directory for caches (XDG Base Directory
 * Specification 0.8: `$XDG_CACHE_HOME`, or `$HOME/.cache`; what is empty or no absolute path is ignored). Undefined where
 * there is no such place.
 */
export function resolveCacheDirectory(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (given !== undefined) return resolve(given);
  const { XDG_CACHE_HOME: caches, HOME: home } = env;
  if (caches !== undefined && isAbsolute(caches)) return join(caches, 'layerstream');
  return home !== undefined && isAbsolute(home) ? join(home, '.cache', 'layerstream') : undefined;
}

export function layersDirectory(directory: string): string {
  return join(directory, 'layers');
}

/** The directory of an entry. */
export function shardDirectory(directory: string, key: LayerKey): string {
  return join(layersDirectory(directory), key.slice(0, 2));
}

export function entryPath(directory: string, key: LayerKey): string {
  return join(shardDirectory(directory, key), `${key.slice(2)}.json`);
}

/** A path for the unfinished file of an entry, in the same directory. Nothing is there yet. */
export function temporaryEntryPath(shard: string): string {
  return join(shard, `.${uniqueName()}.tmp`);
}

export function stampPath(directory: string): string {
  return join(directory, 'pruned');
}

export function isShardName(name: string): boolean {
  return SHARD_NAME.test(name);
}

/** What a file in a shard is by its name; undefined for what the cache did not make. */
export function fileRole(name: string): 'entry' | 'temporary' | undefined {
  if (ENTRY_NAME.test(name)) return 'entry';
  return TEMPORARY_NAME.test(name) ? 'temporary' : undefined;
}
