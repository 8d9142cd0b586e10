import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Stopwatch } from '../../src/ground/timing.js';
import { digestLayer } from '../../src/layer/digest.js';
import type { TreeContent } from '../../src/scan/spec.js';
import { Line } from '../../src/threads/line.js';
import { Collected } from '../support/collected.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

test('layers come whole and in the order in which they were asked for, of whatever size', () =>
  withLine([0, 9_000_000, 100, 1024 * 1024 * 2 - 1536, 5_000_000], async (line, contents) => {
    const reads = await Promise.all(contents.map(async (content) => line.request(content, await digestLayer(content))));
    for (const [i, read] of reads.entries()) {
      const target = new Collected();
      const { timing } = await read.copyTo(target, { watch: new Stopwatch(0) });
      assert.ok(target.bytes.equals(layerBytes(contents[i] ?? assert.fail())));
      assert.ok(timing.start <= timing.end);
    }
  }));

test('layers must be taken in the order in which they were asked for', () =>
  withLine([1, 2], async (line, contents) => {
    const [, second = assert.fail()] = contents.map((content) => line.request(content, undefined));
    await assert.rejects(second.copyTo(new Collected(), { watch: new Stopwatch(0) }), RangeError);
  }));

test('a failure of the target is passed on', () =>
  withLine([5_000_000], async (line, [content = assert.fail()]) => {
    const failure = new Error('no room');
    await assert.rejects(
      line.request(content, undefined).copyTo({ write: () => Promise.reject(failure) }, { watch: new Stopwatch(0) }),
      failure,
    );
  }));

test('a file that changed is named by the error, and nothing is read after it', () =>
  withLine([1000, 2000], async (line, contents, store) => {
    const [first = assert.fail(), second = assert.fail()] = contents;
    const diffIds = await Promise.all([first, second].map((content) => digestLayer(content)));
    truncateSync(join(store, '0'), 10);
    const read = line.request(first, diffIds[0]);
    line.request(second, diffIds[1]);
    await assert.rejects(read.copyTo(new Collected(), { watch: new Stopwatch(0) }), {
      code: 'PATH_CHANGED',
      path: join(store, '0'),
    });
  }));

async function withLine(
  sizes: readonly number[],
  action: (line: Line, contents: TreeContent[], store: string) => Promise<void>,
): Promise<void> {
  await withTempDir(async (root) => {
    const store = makeStore(root);
    const contents = sizes.map((size, i) => {
      writeFileSync(join(store, String(i)), Buffer.alloc(size, `${i} and on`));
      return scan(specOf(root, [String(i)]));
    });
    const line = new Line();
    try {
      await action(line, contents, store);
    } finally {
      await line.close();
    }
  });
}
