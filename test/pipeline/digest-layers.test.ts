import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { digestLayers } from '../../src/pipeline/digest-layers.js';
import { type ImageBuild, withImage } from '../../src/pipeline/image.js';
import { Threads } from '../../src/threads/threads.js';
import { makeImage } from '../support/images.js';
import { layerBytes } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

test('each layer that is to be hashed has the digest of its bytes afterwards', () =>
  withBuild([3_000_000, 10], async (build) => {
    await digestLayers(build.layers, build);
    for (const layer of build.layers) assert.equal(await layer.diffId(), digestOf(layerBytes(layer.content)));
  }));

test('only the layers that are given are hashed', () =>
  withBuild([10, 2000, 10], async (build) => {
    const hashed: number[] = [];
    const [, second = assert.fail(), third = assert.fail()] = build.layers;
    for (const layer of build.layers) layer.diffId().then(() => hashed.push(layer.plan.index));
    await digestLayers([third, second], build);
    await Promise.all([second, third].map((layer) => layer.diffId()));
    assert.deepEqual(hashed.sort(), [1, 2]);
    await digestLayers(build.layers, build);
  }));

/** A build whose layers are scanned. */
function withBuild(sizes: readonly number[], action: (build: ImageBuild) => Promise<void>): Promise<void> {
  return withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, sizes);
    const threads = new Threads({ workers: 2 });
    const workshop = { threads, cacheDirectory: join(root, 'cache') };
    const options = { storeRoot, hashing: 'scheduled' } as const;
    try {
      await withImage({ conf }, { workshop, options }, async (build) => {
        await build.scanned;
        await action(build);
      });
    } finally {
      await threads.close();
    }
  });
}
