import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Stopwatch } from '../../src/ground/timing.js';
import { digestLayer } from '../../src/layer/digest.js';
import type { TreeContent } from '../../src/scan/spec.js';
import { LayerReader } from '../../src/threads/reader.js';
import { Collected } from '../support/collected.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

test('layers come whole and in the order in which they were asked for, of whatever size', () =>
  withReader([0, 9_000_000, 100, 1024 * 1024 * 2 - 1536, 5_000_000], async (reader, contents) => {
    const reads = contents.map((content) => reader.request(content, digestLayer(content)));
    for (const [i, read] of reads.entries()) {
      const target = new Collected();
      const { timing } = await read.copyTo(target, new Stopwatch(0));
      assert.ok(target.bytes.equals(layerBytes(contents[i] ?? assert.fail())));
      assert.ok(timing.start <= timing.end);
    }
  }));

test('layers must be taken in the order in which they were asked for', () =>
  withReader([1, 2], async (reader, contents) => {
    const [, second = assert.fail()] = contents.map((content) => reader.request(content, digestLayer(content)));
    await assert.rejects(second.copyTo(new Collected(), new Stopwatch(0)), RangeError);
  }));

test('a failure of the target is passed on', () =>
  withReader([5_000_000], async (reader, [content = assert.fail()]) => {
    const failure = new Error('no room');
    await assert.rejects(
      reader.request(content, digestLayer(content)).copyTo({ write: () => Promise.reject(failure) }, new Stopwatch(0)),
      failure,
    );
  }));

test('a file that changed is told by its path, and nothing is read behind it', () =>
  withReader([1000, 2000], async (reader, contents, store) => {
    const [first = assert.fail(), second = assert.fail()] = contents.map((content) => ({
      content,
      diffId: digestLayer(content),
    }));
    truncateSync(join(store, '0'), 10);
    const read = reader.request(first.content, first.diffId);
    reader.request(second.content, second.diffId);
    await assert.rejects(read.copyTo(new Collected(), new Stopwatch(0)), {
      code: 'PATH_CHANGED',
      path: join(store, '0'),
    });
  }));

async function withReader(
  sizes: readonly number[],
  action: (reader: LayerReader, contents: TreeContent[], store: string) => Promise<void>,
): Promise<void> {
  await withTempDir(async (root) => {
    const store = makeStore(root);
    const contents = sizes.map((size, i) => {
      writeFileSync(join(store, String(i)), Buffer.alloc(size, `${i} and on`));
      return scan(specOf(root, [String(i)]));
    });
    const reader = new LayerReader();
    try {
      await action(reader, contents, store);
    } finally {
      await reader.close();
    }
  });
}
