import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { enoughWorkers, listSchedule, type ModelRow, model } from '../../bench/model.js';
import type { LayerTimes } from '../../bench/pass-report.js';

const layer = (digestSeconds: number | undefined, size = (digestSeconds ?? 0) * 100, scanSeconds = 0): LayerTimes => ({
  size,
  scanSeconds,
  digestSeconds,
});

function row(rows: readonly ModelRow[], workers: number): ModelRow {
  return rows.find((candidate) => candidate.workers === workers) ?? assert.fail();
}

test('whoever is free takes the next piece of work', () => {
  assert.deepEqual(listSchedule([3, 1, 1, 1, 5], 2), [3, 1, 2, 3, 8]);
  assert.deepEqual(listSchedule([1, 2], 1), [1, 3]);
  assert.deepEqual(listSchedule([], 4), []);
});

test('equal layers are summed as many times faster as there are workers, until each has one', () => {
  const layers = Array.from({ length: 100 }, () => layer(1));
  const rows = model({ layers, streamRate: 1e9 });
  assert.equal(rows.length, 128);
  assert.equal(row(rows, 1).digestSeconds, 100);
  assert.equal(row(rows, 4).digestSeconds, 25);
  assert.equal(row(rows, 128).digestSeconds, 1);
});

test('a giant is summed by one worker, and streamed after that', () => {
  const layers = [...Array.from({ length: 99 }, () => layer(0.01)), layer(60)];
  const rows = model({ layers, streamRate: 200 });
  for (const workers of [2, 128]) {
    const { digestSeconds, digestBound, wholeSeconds, wholeBound } = row(rows, workers);
    assert.equal(digestSeconds, 60);
    assert.equal(digestBound, 60);
    assert.equal(wholeSeconds, 90);
    assert.equal(wholeBound, 90);
  }
});

test('with many workers the stream is what takes the time', () => {
  const layers = Array.from({ length: 100 }, () => layer(1, 100));
  const { wholeSeconds } = row(model({ layers, streamRate: 100 }), 128);
  assert.equal(wholeSeconds, 101);
});

test('a layer is streamed behind all before it, though its own digest is known', () => {
  const { wholeSeconds } = row(model({ layers: [layer(10, 100), layer(1, 100)], streamRate: 100 }), 2);
  assert.equal(wholeSeconds, 12);
});

test('what is not summed is streamed at once', () => {
  const { digestSeconds, wholeSeconds } = row(model({ layers: [layer(undefined, 500)], streamRate: 100 }), 1);
  assert.equal(digestSeconds, 0);
  assert.equal(wholeSeconds, 5);
});

test('scanning comes first, and is shared', () => {
  const layers = [layer(1, 0, 2), layer(1, 0, 2)];
  const rows = model({ layers, streamRate: 1 });
  assert.deepEqual([row(rows, 1).wholeSeconds, row(rows, 2).wholeSeconds], [6, 3]);
});

test('workers are enough where more gain next to nothing', () => {
  const even = model({ layers: [layer(1, 0), layer(1, 0), layer(1, 0), layer(1, 0)], streamRate: 1 });
  assert.equal(enoughWorkers(even), 4);
  assert.equal(enoughWorkers(model({ layers: [layer(1)], streamRate: 1 })), 1);
  assert.equal(enoughWorkers([]), undefined);
});

test('nothing is faster than the bounds', () => {
  const times = fc.record({ digest: fc.nat(1000), size: fc.nat(1000), scan: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(times, { minLength: 1 }), fc.integer({ min: 1, max: 50 }), (all, streamRate) => {
      const layers = all.map(({ digest, size, scan }) => layer(digest, size, scan));
      for (const { digestSeconds, digestBound, wholeSeconds, wholeBound } of model({ layers, streamRate })) {
        assert.ok(digestSeconds >= digestBound - 1e-6);
        assert.ok(wholeSeconds >= wholeBound - 1e-6);
      }
    }),
  );
});
