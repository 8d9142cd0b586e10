import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { enoughWorkers, feedRatio, type ModelRow, model, schedule } from '../../bench/model.js';
import type { LayerTimes } from '../../bench/pass-report.js';

const layer = (digestSeconds: number | undefined, size = (digestSeconds ?? 0) * 100, scanSeconds = 0): LayerTimes => ({
  size,
  scanSeconds: [scanSeconds],
  digestSeconds,
  fed: false,
});

const alone = { feedRatio: 1 };

function row(rows: readonly ModelRow[], workers: number): ModelRow {
  return rows.find((candidate) => candidate.workers === workers) ?? assert.fail();
}

function ends(works: readonly number[], threads: number): number[] {
  return schedule(works, { threads, share: () => 1, seconds: (work) => work });
}

test('the first free thread takes the next piece of work', () => {
  assert.deepEqual(ends([3, 1, 1, 1, 5], 2), [3, 1, 2, 3, 8]);
  assert.deepEqual(ends([1, 2], 1), [1, 3]);
  assert.deepEqual(ends([], 4), []);
});

test('work that takes two threads leaves the fewer for others', () => {
  const share = (work: number, free: number): number => (work >= 10 && free > 1 ? 2 : 1);
  const seconds = (work: number, threads: number): number => work / threads;
  assert.deepEqual(schedule([10, 1, 1], { threads: 2, share, seconds }), [5, 6, 6]);
  assert.deepEqual(schedule([10, 1, 1], { threads: 3, share, seconds }), [5, 1, 2]);
});

test('equal layers are hashed as many times faster as there are workers, until each has one', () => {
  const layers = Array.from({ length: 100 }, () => layer(1));
  const rows = model({ layers, ...alone, streamRate: 1e9 });
  assert.equal(rows.length, 128);
  assert.equal(row(rows, 1).digestSeconds, 100);
  assert.equal(row(rows, 4).digestSeconds, 25);
  assert.equal(row(rows, 128).digestSeconds, 1);
});

test('a giant is hashed by one worker, and streamed after that', () => {
  const layers = [...Array.from({ length: 99 }, () => layer(0.01)), layer(60)];
  const rows = model({ layers, ...alone, streamRate: 200 });
  for (const workers of [2, 128]) {
    const { digestSeconds, digestBound, wholeSeconds, wholeBound } = row(rows, workers);
    assert.equal(digestSeconds, 60);
    assert.equal(digestBound, 60);
    assert.equal(wholeSeconds, 90);
    assert.equal(wholeBound, 90);
  }
});

test('a giant for which a second thread reads takes less of the time', () => {
  const layers = [layer(0.01, 1e6), layer(10, 1e9)];
  const rows = model({ layers, feedRatio: 0.6, streamRate: 1e9 });
  assert.equal(row(rows, 1).digestSeconds, 10.01);
  assert.equal(row(rows, 2).digestBound, 6);
  assert.equal(row(rows, 2).digestSeconds, 6.01);
});

test('what feeding gains is calculated from the layers that were fed', () => {
  const fed = { ...layer(6), fed: true };
  assert.equal(feedRatio([layer(1), layer(10)], [layer(2), fed]), 0.6);
  assert.equal(feedRatio([layer(1)], [layer(1)]), 1);
});

test('with many workers the stream is what takes the time', () => {
  const layers = Array.from({ length: 100 }, () => layer(1, 100));
  const { wholeSeconds } = row(model({ layers, ...alone, streamRate: 100 }), 128);
  assert.equal(wholeSeconds, 101);
});

test('a layer is streamed after all before it, even if its own digest is known', () => {
  const { wholeSeconds } = row(model({ layers: [layer(10, 100), layer(1, 100)], ...alone, streamRate: 100 }), 2);
  assert.equal(wholeSeconds, 12);
});

test('a layer that is not hashed is streamed at once', () => {
  const { digestSeconds, wholeSeconds } = row(model({ layers: [layer(undefined, 500)], ...alone, streamRate: 100 }), 1);
  assert.equal(digestSeconds, 0);
  assert.equal(wholeSeconds, 5);
});

test('scanning comes first, and is shared', () => {
  const layers = [layer(1, 0, 2), layer(1, 0, 2)];
  const rows = model({ layers, ...alone, streamRate: 1 });
  assert.deepEqual([row(rows, 1).wholeSeconds, row(rows, 2).wholeSeconds], [6, 3]);
});

test('workers are enough when more gain almost nothing', () => {
  const even = model({ layers: [layer(1, 0), layer(1, 0), layer(1, 0), layer(1, 0)], ...alone, streamRate: 1 });
  assert.equal(enoughWorkers(even), 4);
  assert.equal(enoughWorkers(model({ layers: [layer(1)], ...alone, streamRate: 1 })), 1);
  assert.equal(enoughWorkers([]), undefined);
});

test('nothing is faster than the bounds', () => {
  const times = fc.record({ digest: fc.nat(1000), size: fc.nat(1e9), scan: fc.nat(100) });
  const rates = {
    feedRatio: fc.double({ min: 0.5, max: 2, noNaN: true }),
    streamRate: fc.integer({ min: 1, max: 1e9 }),
  };
  fc.assert(
    fc.property(fc.array(times, { minLength: 1 }), fc.record(rates), (all, rate) => {
      const layers = all.map(({ digest, size, scan }) => layer(digest, size, scan));
      for (const { digestSeconds, digestBound, wholeSeconds, wholeBound } of model({ layers, ...rate })) {
        assert.ok(digestSeconds >= digestBound * (1 - 1e-9));
        assert.ok(wholeSeconds >= wholeBound * (1 - 1e-9));
      }
    }),
  );
});
