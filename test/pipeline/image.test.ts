import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { threadId } from 'node:worker_threads';
import type { BuildEvent } from '../../src/events/events.js';
import { Deferred } from '../../src/ground/deferred.js';
import type { Image } from '../../src/image/image.js';
import { buildDockerArchive } from '../../src/index.js';
import { digestOf } from '../../src/oci/digest.js';
import { withImage } from '../../src/pipeline/image.js';
import { storeImage } from '../../src/pipeline/store-image.js';
import { streamImage } from '../../src/pipeline/stream-image.js';
import { Threads } from '../../src/threads/threads.js';
import { Collected } from '../support/collected.js';
import { makeImage, makeImageOnBase, type TestImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';
import { NEEDS_ZSTD } from '../support/zstd.js';

const SIZES = [3_000_000, 10, 9_000_000, 700_000];

for (const hashing of ['scheduled', 'in-line', 'on-demand'] as const) {
  test(`layers are copied any number of times, in any order and at the same time, in whole or in part: ${hashing}`, () =>
    withLayers(hashing, async (image) => {
      const order = [2, 0, 3, 0, 1, 4, 2];
      const copies = await Promise.all(order.map((i) => copyOf(image, i)));
      const digests = copies.map((bytes) => digestOf(bytes));
      assert.deepEqual(digests, await Promise.all(order.map((i) => image.layers[i]?.diffId())));
      const [giant = assert.fail()] = copies;
      assert.equal(giant.length, await image.layers[2]?.size());
      const ranges = [
        { start: 0, end: 1 },
        { start: 4_000_001, end: 8_000_003 },
        { start: giant.length - 7, end: giant.length },
      ];
      for (const range of ranges) {
        const part = new Collected();
        await image.layers[2]?.copyTo(part, range);
        assert.ok(part.bytes.equals(giant.subarray(range.start, range.end)));
      }
      // In the image's order, after all that, as a sink does it.
      for (const [i, layer] of image.layers.entries()) {
        const bytes = await copyOf(image, i);
        assert.equal(digestOf(bytes), await layer.diffId());
      }
    }));
}

test('a copy out of turn that fails by its target, or by a file that changed, leaves other copies whole', () =>
  withLayers('on-demand', async (image, { store }) => {
    const gone = new Error('the client is gone');
    await assert.rejects(image.layers[0]?.copyTo({ write: () => Promise.reject(gone) }) ?? assert.fail(), gone);
    await copyOf(image, 2);
    truncateSync(join(store, 'layer-2'), 10);
    const changed = { code: 'PATH_CHANGED', path: join(store, 'layer-2') };
    await assert.rejects(copyOf(image, 2), changed);
    await assert.rejects(copyOf(image, 2, { start: 5_000_000, end: 5_000_010 }), changed);
    assert.equal(digestOf(await copyOf(image, 0)), await image.layers[0]?.diffId());
  }));

test('a layer whose target fails in its turn is copied out of turn afterwards, as all after it are', () =>
  withLayers('scheduled', async (image) => {
    const gone = new Error('the reader is gone');
    await assert.rejects(image.layers[0]?.copyTo({ write: () => Promise.reject(gone) }) ?? assert.fail(), gone);
    for (const [i, layer] of image.layers.entries())
      assert.equal(digestOf(await copyOf(image, i)), await layer.diffId());
  }));

for (const [form, singlePass] of [
  ['gzip', false],
  ['gzip', true],
  ['zstd', false],
  ['zstd', true],
] as const) {
  const needs = form === 'zstd' ? NEEDS_ZSTD : {};
  test(`the layers of a base in ${form} are hashed by a thread of their own, singlePass: ${singlePass}`, needs, () =>
    withTempDir(async (root) => {
      const plain = Buffer.alloc(2_000_000, 'base ');
      const { conf, storeRoot } = await makeImageOnBase(root, { base: plain, form, sizes: [10] });
      const tasks: [string, number][] = [];
      const onEvent = (event: BuildEvent): void => {
        if (event.type === 'task' && event.layer === 0) tasks.push([event.task, event.timing.thread]);
      };
      const built = await buildDockerArchive(conf, new Collected(), { storeRoot, singlePass, onEvent });
      assert.equal(built.layers[0]?.diffId, digestOf(plain));
      const digests = tasks.filter(([task]) => task === 'digest');
      assert.equal(digests.length, 1);
      assert.ok(digests.every(([, thread]) => thread !== threadId));
    }),
  );
}

test('a build that fails before it opens anything lets go of the signal and of its threads', (t) =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [10]);
    const { signal } = new AbortController();
    t.mock.method(process, 'cwd', () => {
      throw new Error('ENOENT: no such file or directory, uv_cwd');
    });
    const threads = new Threads({ workers: 1 });
    const workshop = { threads, cacheDirectory: 'relative' };
    const options = { storeRoot, signal, hashing: 'on-demand' } as const;
    await assert.rejects(
      withImage({ conf }, { workshop, options }, () => assert.fail('there is nothing to use')),
      /uv_cwd/,
    );
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
    await assert.rejects(threads.pool.run({ kind: 'scan' }), { code: 'WORKER_DIED' });
  }));

test('an abort waits until storing the layers has ended', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [10]);
    const threads = new Threads({ workers: 1 });
    const [begun, letGo] = [new Deferred<void>(), new Deferred<void>()];
    const cancel = new AbortController();
    let isSunk = false;
    try {
      const storing = storeImage(
        { conf },
        { workshop: { threads, cacheDirectory: undefined }, options: { storeRoot, signal: cancel.signal } },
        async () => {
          begun.resolve();
          await letGo.promise;
          isSunk = true;
          throw new Error('aborted late');
        },
      );
      const rejected = assert.rejects(storing, { code: 'ABORTED' });
      await begun.promise;
      cancel.abort();
      setImmediate(() => letGo.resolve());
      await rejected;
      assert.ok(isSunk);
    } finally {
      await threads.close();
    }
  }));

/** Gives an action an image of five layers, four of store paths, that are hashed in one of three ways. */
async function withLayers(
  hashing: 'scheduled' | 'in-line' | 'on-demand',
  action: (image: Image, files: TestImage) => Promise<void>,
): Promise<void> {
  await withTempDir(async (root) => {
    const files = makeImage(root, SIZES);
    const { conf, storeRoot } = files;
    const threads = new Threads({ workers: 2 });
    const workshop = { threads, cacheDirectory: undefined };
    try {
      if (hashing === 'on-demand') {
        const options = { storeRoot, hashing };
        await withImage({ conf }, { workshop, options }, ({ image }) => action(image, files));
      } else {
        const options = { storeRoot, singlePass: hashing === 'in-line' };
        await streamImage({ conf }, { workshop, options }, async (image) => {
          await action(image, files);
          const diffIds = await Promise.all(image.layers.map((layer) => layer.diffId()));
          return { imageId: image.config(diffIds).digest, diffIds };
        });
      }
    } finally {
      await threads.close();
    }
  });
}

async function copyOf(image: Image, index: number, range?: { start: number; end: number }): Promise<Buffer> {
  const target = new Collected();
  await image.layers[index]?.copyTo(target, range);
  return target.bytes;
}
