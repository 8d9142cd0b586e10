import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesAfter, PendingLayers, Scan } from '../../../src/cli/progress/plan.js';

test('layers to hash have their places among all layers: those of the base, and those with known digests', () => {
  const scan = new Scan({
    type: 'started',
    layers: 5,
    origins: [],
    toScan: 4,
    pathsToScan: 4,
    workers: 2,
    singlePass: false,
  });
  const layers = [
    { size: 600, entries: 0, isHashed: false },
    { size: 400, entries: 50, isHashed: false },
    { size: 100, entries: 8, isHashed: true },
    { size: 200, entries: 4, isHashed: true },
    { size: 10, entries: 0, isHashed: true },
  ];
  const plan = scan.plan({ type: 'planned', toHash: 310, toWrite: 1310, entries: 62, layers });
  assert.deepEqual(plan, {
    toHash: 310,
    toWrite: 1310,
    workers: 2,
    layers: [
      { layer: 2, before: 1000, size: 100, entries: 8 },
      { layer: 3, before: 1100, size: 200, entries: 4 },
      { layer: 4, before: 1300, size: 10, entries: 0 },
    ],
    all: [
      { layer: 0, before: 0, size: 600, entries: 0 },
      { layer: 1, before: 600, size: 400, entries: 50 },
      { layer: 2, before: 1000, size: 100, entries: 8 },
      { layer: 3, before: 1100, size: 200, entries: 4 },
      { layer: 4, before: 1300, size: 10, entries: 0 },
    ],
  });
  const after = [0, 1000, 1050, 1150, 1310].map((bytes) => entriesAfter(plan, bytes));
  assert.deepEqual(after, [62, 12, 8, 3, 0]);
});

test('of pending layers, what is left shrinks with the bytes hashed, and with each layer', () => {
  const layers = [
    { layer: 0, before: 100, size: 300, entries: 30 },
    { layer: 1, before: 400, size: 100, entries: 10 },
  ];
  const pending = new PendingLayers({ toHash: 400, toWrite: 500, workers: 8, layers, all: layers });
  assert.deepEqual([pending.ready, pending.busy], [100, 2]);
  assert.deepEqual(pending.left(0), { bytes: 400, entries: 40 });
  assert.deepEqual(pending.left(200), { bytes: 200, entries: 20 });
  assert.deepEqual(
    [...pending.each(200)].map(({ left }) => left.bytes),
    [100, 0],
  );

  pending.layerHashed(0);
  assert.deepEqual([pending.ready, pending.busy], [400, 1]);
  assert.deepEqual(pending.left(310), { bytes: 90, entries: 9 });
  assert.deepEqual([...pending.each(310)], [{ before: 400, left: { bytes: 90, entries: 9 } }]);

  pending.layerHashed(1);
  assert.deepEqual([pending.ready, pending.busy], [500, 1]);
  assert.deepEqual(pending.left(400), { bytes: 0, entries: 0 });
});

test('a scan counts all layers, and its work by store paths', () => {
  const counts = { layers: 4, toScan: 3, pathsToScan: 700, workers: 2, singlePass: false };
  const scan = new Scan({ type: 'started', origins: [], ...counts });
  assert.deepEqual(scan.layers, { done: 1, all: 4 });
  assert.deepEqual(scan.work, { done: 1, all: 701 });
  scan.layerScanned();
  scan.progress({ type: 'progress', scannedPaths: 400, scannedEntries: 90_000, hashed: 0, written: 0 });
  assert.deepEqual(scan.layers, { done: 2, all: 4 });
  assert.deepEqual(scan.work, { done: 401, all: 701 });
  assert.equal(scan.entries, 90_000);
});
