import { makeDirectories } from '../files/directories.js';
import { systemCode, systemReason, toLayerstreamError } from '../ground/errors.js';
import { entryPath, shardDirectory } from './directory.js';
import { decodeEntry, encodeEntry, type KnownLayer, mergeKnown } from './entry.js';
import { readEntry, writeEntry } from './entry-file.js';
import type { LayerKey } from './key.js';
import { pruneIfDue } from './prune.js';
import { type DirectoryState, lookAtCache, lookAtShard } from './trust.js';

export interface LayerCacheOptions {
  /** As `resolveCacheDirectory` gives it; made when the first facts are stored. */
  readonly directory: string;
  /** Told, once at most, why the cache cannot be used. */
  readonly onWarning: (message: string) => void;
}

/** A process that clears the cache meanwhile removes directories and unfinished files. */
const ATTEMPTS = 10;

/**
 * Digests of layers that were hashed before, shared by all builds of a user. Nothing here throws because of what is on
 * disk: what cannot be read, or must not be believed, is not there, and what cannot be written is reported in a warning.
 */
export class LayerCache {
  readonly #directory: string;
  readonly #onWarning: (message: string) => void;
  #isTrusted = false;
  /** Set by the first failure to write, after which nothing is written any more. */
  #isFailed = false;
  #hasStored = false;

  constructor(options: LayerCacheOptions) {
    this.#directory = options.directory;
    this.#onWarning = options.onWarning;
  }

  /** What is known of a layer. */
  find(key: LayerKey): KnownLayer | undefined {
    if (this.#stateOf(shardDirectory(this.#directory, key)).kind !== 'usable') return undefined;
    const text = readEntry(entryPath(this.#directory, key));
    return text === undefined ? undefined : decodeEntry(key, text);
  }

  /**
   * Adds facts to what is known of the layer already. To be called only for what `isSettled` says is settled. Of
   * two builds that store at once, what one learned of blobs may be lost.
   */
  store(key: LayerKey, facts: KnownLayer): void {
    if (this.#isFailed) return;
    try {
      const known = this.find(key);
      const text = encodeEntry(key, mergeKnown(known, facts));
      if (known !== undefined && encodeEntry(key, known) === text) return;
      this.#write(key, text);
      this.#hasStored = true;
    } catch (error) {
      this.#fail(`it cannot be written: ${systemReason(error)}`);
    }
  }

  /** To be called once, when the build is over: removes old entries if that was not done lately. */
  close(): void {
    // A build that learned nothing leaves no more than was there.
    if (!this.#hasStored || this.#isFailed) return;
    try {
      pruneIfDue(this.#directory);
    } catch (error) {
      this.#fail(toLayerstreamError(error).message);
    }
  }

  #write(key: LayerKey, text: string): void {
    const shard = shardDirectory(this.#directory, key);
    const path = entryPath(this.#directory, key);
    for (let attempt = 1; ; attempt++) {
      try {
        if (this.#makeShard(shard)) writeEntry(shard, path, text);
        return;
      } catch (error) {
        if (systemCode(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Makes a directory to write to; false if one that is there must not be used, which was reported. */
  #makeShard(shard: string): boolean {
    let state = this.#stateOf(shard);
    if (state.kind === 'missing') {
      // For nobody else to see (XDG Base Directory Specification 0.8, "Referencing this specification").
      makeDirectories(shard, { mode: 0o700 });
      state = this.#stateOf(shard);
    }
    if (state.kind === 'unusable') this.#fail(state.fault);
    return state.kind !== 'unusable';
  }

  /** Of a shard, and of what lies above it, which is looked at until it is found to be well. */
  #stateOf(shard: string): DirectoryState {
    if (!this.#isTrusted) {
      const state = lookAtCache(this.#directory);
      if (state.kind !== 'usable') return state;
      this.#isTrusted = true;
    }
    return lookAtShard(shard);
  }

  #fail(why: string): void {
    this.#isFailed = true;
    this.#onWarning(`the cache of layer digests in ${this.#directory} is not used: ${why}`);
  }
}
