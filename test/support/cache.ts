/** Caches of layer digests in a directory of a test's own. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { entryPath, shardDirectory } from '../../src/cache/directory.js';
import type { KnownLayer } from '../../src/cache/entry.js';
import type { LayerKey } from '../../src/cache/key.js';
import { LayerCache } from '../../src/cache/layer-cache.js';
import type { BlobId } from '../../src/oci/descriptor.js';
import { digestOf } from '../../src/oci/digest.js';
import { tempDir } from './temp-dir.js';

export function keyOf(name: string): LayerKey {
  // As `layerKey` makes them, of something else.
  return createHash('sha256').update(name).digest('hex') as LayerKey;
}

export function blobOf(name: string): BlobId {
  return { digest: digestOf(Buffer.from(`blob ${name}`)), size: name.length };
}

export function factsOf(name: string, compressors: readonly string[] = []): KnownLayer {
  const blobs = new Map(compressors.map((compressor) => [compressor, blobOf(compressor)]));
  return { diffId: digestOf(Buffer.from(name)), size: 10_240, blobs };
}

/** A cache, and what it warned of. */
export function openCache(directory: string): { cache: LayerCache; warnings: string[] } {
  const warnings: string[] = [];
  return { cache: new LayerCache({ directory, onWarning: (message) => warnings.push(message) }), warnings };
}

/** All files and directories below, in order. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
}

/** A layer, and a cache that holds facts of it. */
export const KEY = keyOf('layer');
export const FACTS = factsOf('layer', ['zstd 3']);

export interface FilledCache {
  readonly directory: string;
  readonly shard: string;
  readonly entry: string;
}

export function filledCache(t: TestContext): FilledCache {
  const directory = join(tempDir(t), 'a/cache');
  const { cache, warnings } = openCache(directory);
  cache.store(KEY, FACTS);
  assert.deepEqual(warnings, []);
  return { directory, shard: shardDirectory(directory, KEY), entry: entryPath(directory, KEY) };
}
