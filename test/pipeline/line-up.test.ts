import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stopwatch } from '../../src/ground/timing.js';
import { digestOf } from '../../src/oci/digest.js';
import { withImage } from '../../src/pipeline/image.js';
import type { PipelineLayer } from '../../src/pipeline/layer.js';
import type { TakenRead } from '../../src/pipeline/layer-services.js';
import { LineUp } from '../../src/pipeline/line-up.js';
import type { Line } from '../../src/threads/line.js';
import { Threads } from '../../src/threads/threads.js';
import { Collected } from '../support/collected.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { makeImage } from '../support/images.js';
import { layerBytes } from '../support/layers.js';
import { settle } from '../support/settle.js';
import { withTempDir } from '../support/temp-dir.js';

test('each layer in its turn gets its own read; the next waits until it is released', ENDS_A_HANG, () =>
  withLineUp(async ({ lineUp, first, second }) => {
    await lineUp.request();
    const read = await lineUp.take(first);
    let isTaken = false;
    const next = lineUp.take(second)?.then((taken) => {
      isTaken = true;
      return taken;
    });
    assert.equal(await digestOfRead(read), digestOf(layerBytes(first.content)));
    await settle();
    assert.equal(isTaken, false);
    read?.release('copied');
    assert.equal(await digestOfRead(await next), digestOf(layerBytes(second.content)));
  }),
);

test('a layer before its turn, or again, gets no read', ENDS_A_HANG, () =>
  withLineUp(async ({ lineUp, first, second }) => {
    assert.equal(lineUp.take(second), undefined);
    const taking = lineUp.take(first);
    assert.notEqual(taking, undefined);
    assert.equal(lineUp.take(first), undefined);
    await lineUp.request();
    (await taking)?.release('copied');
  }),
);

test('after a copy that failed no layer gets a read', ENDS_A_HANG, () =>
  withLineUp(async ({ lineUp, first, second }) => {
    await lineUp.request();
    (await lineUp.take(first))?.release('failed');
    assert.equal(lineUp.take(second), undefined);
  }),
);

test('a layer whose digest fails ends the request, and the waits for reads', ENDS_A_HANG, () =>
  withLineUp(async ({ layers, line, first }) => {
    const lineUp = new LineUp(layers, line, { hashing: 'scheduled' });
    const failure = new Error('a path is gone');
    const taking = assert.rejects(lineUp.take(first) ?? assert.fail(), failure);
    first.fail(failure);
    await assert.rejects(lineUp.request(), failure);
    await taking;
  }),
);

interface Setup {
  /** Of layers that are scanned. */
  readonly lineUp: LineUp;
  readonly first: PipelineLayer;
  readonly second: PipelineLayer;
  readonly layers: readonly PipelineLayer[];
  readonly line: Line;
}

function withLineUp(action: (setup: Setup) => Promise<void>): Promise<void> {
  return withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [300_000, 2000]);
    const threads = new Threads({ workers: 1 });
    const workshop = { threads, cacheDirectory: undefined };
    const options = { storeRoot, hashing: 'in-line' } as const;
    try {
      await withImage({ conf }, { workshop, options }, async ({ layers, scanned }) => {
        await scanned;
        const [first = assert.fail(), second = assert.fail()] = layers;
        const line = await threads.openLine('hashing');
        const lineUp = new LineUp(layers, line, { hashing: 'in-line' });
        await action({ lineUp, first, second, layers, line });
      });
    } finally {
      await threads.close();
    }
  });
}

async function digestOfRead(taken: TakenRead | undefined): Promise<string> {
  const target = new Collected();
  await taken?.read.copyTo(target, { watch: new Stopwatch(0) });
  return digestOf(target.bytes);
}
