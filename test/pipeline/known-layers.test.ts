import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ImageBuild, withImage } from '../../src/pipeline/image.js';
import { KnownLayers } from '../../src/pipeline/known-layers.js';
import { Threads } from '../../src/threads/threads.js';
import { blobOf, factsOf } from '../support/cache.js';
import { makeImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

const { diffId } = factsOf('layer');
/** The files of tests are always older than a build that begins then. */
const TOMORROW = Date.now() + 86_400_000;

test('what a build learned the next one knows, blobs and all', () =>
  withLayers(([layer = assert.fail(), other = assert.fail()], open) => {
    const blobs = new Map([['zstd 3', blobOf('zstd 3')]]);
    const [first, next] = [open(TOMORROW), open(TOMORROW)];
    assert.equal(first.find(layer), undefined);
    first.learn(layer, { diffId, blobs });
    first.close();
    assert.deepEqual(next.find(layer), { diffId, size: layer.content.size, blobs });
    assert.equal(next.find(other), undefined);
    next.close();
  }));

test('a layer whose files changed just now is not learned', () =>
  withLayers(([layer = assert.fail()], open) => {
    const known = open(0);
    known.learn(layer, { diffId });
    known.close();
    assert.equal(open(TOMORROW).find(layer), undefined);
  }));

test('nothing is known without a directory', () =>
  withLayers(([layer = assert.fail()]) => {
    const known = new KnownLayers({ directory: undefined, since: TOMORROW, onWarning: assert.fail });
    known.learn(layer, { diffId });
    assert.equal(known.find(layer), undefined);
    known.close();
  }));

type Action = (layers: ImageBuild['layers'], open: (since: number) => KnownLayers) => void;

/** Layers that are scanned, and what opens one cache for builds of a time. */
function withLayers(action: Action): Promise<void> {
  return withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [10, 2000]);
    const threads = new Threads({ workers: 1 });
    const workshop = { threads, cacheDirectory: undefined };
    const options = { storeRoot, hashing: 'on-demand' } as const;
    const directory = join(root, 'cache');
    try {
      await withImage({ conf }, { workshop, options }, async ({ layers, scanned }) => {
        await scanned;
        action(layers, (since) => new KnownLayers({ directory, since, onWarning: assert.fail }));
      });
    } finally {
      await threads.close();
    }
  });
}
