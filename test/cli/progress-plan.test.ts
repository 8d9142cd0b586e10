import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesBehind, Scan } from '../../src/cli/progress/plan.js';

test('what is to be hashed is placed among all layers: behind the base, beside what is known', () => {
  const scan = new Scan({ type: 'started', layers: 5, toScan: 4, workers: 2, singlePass: false });
  scan.layerScanned();
  scan.layerScanned();
  assert.equal(scan.scanned, 2);
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
  });
  const behind = [0, 1000, 1050, 1150, 1310].map((bytes) => entriesBehind(plan, bytes));
  assert.deepEqual(behind, [12, 12, 8, 3, 0]);
});
