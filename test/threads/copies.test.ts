import assert from 'node:assert/strict';
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ByteTarget } from '../../src/ground/byte-target.js';
import { Deferred } from '../../src/ground/deferred.js';
import { digestLayer } from '../../src/layer/digest.js';
import { Copies, type Copy } from '../../src/threads/copies.js';
import { Collected } from '../support/collected.js';
import { awaitNextCtime } from '../support/ctime.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

const SIZES = [0, 100, 9_000_000, 2_000_000, 1024 * 1024 - 1536, 3_000_000];

test('many copies at once, in any order, some of ranges and some of one layer, are each whole', ENDS_A_HANG, () =>
  withCopies(async ({ copies, layers }) => {
    const ranges = [undefined, { start: 0, end: 700 }, { start: 1537, end: 9_000_000 }];
    const asked = [...layers, ...layers.toReversed()].flatMap((layer) => ranges.map((range) => ({ ...layer, range })));
    await Promise.all(
      asked.map(async (copy) => {
        const target = new Collected();
        await copies.run(copy, target);
        const { start, end } = copy.range ?? { start: 0, end: copy.content.size };
        assert.ok(target.bytes.equals(layerBytes(copy.content).subarray(start, end)));
      }),
    );
  }),
);

test('no more than four threads copy, and they are kept for later copies', ENDS_A_HANG, () =>
  withCopies(async ({ copies, layers }) => {
    const before = threadCount();
    const open = new Deferred<void>();
    const stalled = stall(open.promise);
    const runs = Array.from({ length: 9 }, () => copies.run(layers[3] ?? assert.fail(), stalled.target));
    await stalled.begun(4);
    const busy = threadCount();
    open.resolve();
    await Promise.all(runs);
    const own = (busy - before) / 4;
    assert.ok(Number.isInteger(own) && own >= 1, `${busy - before} more threads for four copies`);
    assert.equal(stalled.most, 4);
    await Promise.all(layers.map((layer) => copies.run(layer, new Collected())));
    assert.equal(threadCount(), busy);
  }),
);

test('what a target throws is passed on, and later copies go on', ENDS_A_HANG, () =>
  withCopies(async ({ copies, layers }) => {
    const big = layers[2] ?? assert.fail();
    const failure = new Error('no room');
    let taken = 0;
    const full: ByteTarget = {
      async write() {
        if (++taken === 2) throw failure;
      },
    };
    // More than there are threads: a failure must free its place.
    const runs = Array.from({ length: 6 }, (_, i) =>
      copies.run(big, i % 2 === 0 ? rejecting(failure) : new Collected()),
    );
    const ends = await Promise.allSettled([...runs, copies.run(big, full)]);
    const reasons = ends.map((end) => (end.status === 'rejected' ? end.reason : undefined));
    assert.deepEqual(reasons, [failure, undefined, failure, undefined, failure, undefined, failure]);
    const target = new Collected();
    await copies.run(big, target);
    assert.ok(target.bytes.equals(layerBytes(big.content)));
  }),
);

test('a file that changed ends its copy alone', ENDS_A_HANG, () =>
  withCopies(async ({ copies, layers, store }) => {
    truncateSync(join(store, '2'), 10);
    const runs = layers.map((layer) => copies.run(layer, new Collected()));
    const ends = await Promise.allSettled(runs);
    assert.deepEqual(
      ends.map(({ status }) => status),
      layers.map((_, i) => (i === 2 ? 'rejected' : 'fulfilled')),
    );
    await assert.rejects(copies.run(layers[2] ?? assert.fail(), new Collected()), {
      code: 'PATH_CHANGED',
      path: join(store, '2'),
    });
  }),
);

test('a file of the same size with other bytes ends its copy', ENDS_A_HANG, () =>
  withCopies(async ({ copies, layers, store }) => {
    const layer = layers[1] ?? assert.fail();
    const path = join(store, '1');
    awaitNextCtime(path, `${path}.probe`);
    writeFileSync(path, Buffer.alloc(100, 'other'));
    await assert.rejects(copies.run(layer, new Collected()), { code: 'PATH_CHANGED', path });
  }),
);

test('a close ends copies that run and those that wait, and none begins after it', ENDS_A_HANG, () =>
  withCopies(async ({ copies, layers }) => {
    const open = new Deferred<void>();
    const stalled = stall(open.promise);
    const runs = Array.from({ length: 6 }, () => copies.run(layers[2] ?? assert.fail(), stalled.target));
    const rejected = Promise.all(runs.map((run) => assert.rejects(run, { code: 'ABORTED' })));
    await stalled.begun(4);
    const before = threadCount();
    await Promise.all([copies.close(), copies.close()]);
    assert.ok(threadCount() < before);
    open.resolve();
    await rejected;
    await copies.close();
    await assert.rejects(copies.run(layers[0] ?? assert.fail(), new Collected()), { code: 'ABORTED' });
  }),
);

test('memory stays flat, however many copies there are and however slow their targets', ENDS_A_HANG, () =>
  withCopies(async ({ copies, layers }) => {
    const big = layers[2] ?? assert.fail();
    const slow: ByteTarget = { write: () => new Promise<void>((resolve) => setImmediate(resolve)) };
    const round = () => Promise.all(Array.from({ length: 8 }, () => copies.run(big, slow)));
    await round();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 5; i++) await round();
    // Less than one copy's bytes more.
    assert.ok(process.memoryUsage().arrayBuffers - before < 9_000_000);
  }),
);

/** A target that waits at its first bytes, and counts how many do at one time. */
function stall(open: Promise<void>) {
  let waiting = 0;
  const wakes: (() => void)[] = [];
  const state = {
    most: 0,
    target: {
      async write(): Promise<void> {
        waiting++;
        state.most = Math.max(state.most, waiting);
        for (const wake of wakes) wake();
        await open;
        waiting--;
      },
    },
    async begun(count: number): Promise<void> {
      while (waiting < count) await new Promise<void>((resolve) => wakes.push(resolve));
    },
  };
  return state;
}

function rejecting(failure: Error): ByteTarget {
  return { write: () => Promise.reject(failure) };
}

/** All threads of this process, those of Node.js among them. */
function threadCount(): number {
  return readdirSync('/proc/self/task').length;
}

interface Setup {
  readonly copies: Copies;
  /** Layer N is made of the file N of the store. */
  readonly layers: readonly Copy[];
  readonly store: string;
}

async function withCopies(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withTempDir(async (root) => {
    const store = makeStore(root);
    const layers = await Promise.all(
      SIZES.map(async (size, i) => {
        writeFileSync(join(store, String(i)), Buffer.alloc(size, `${i} and on`));
        const content = scan(specOf(root, [String(i)]));
        return { content, diffId: await digestLayer(content) };
      }),
    );
    const copies = new Copies();
    try {
      await action({ copies, layers, store });
    } finally {
      await copies.close();
    }
  });
}
