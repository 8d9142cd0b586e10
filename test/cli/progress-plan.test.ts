import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesBehind, Scan } from '../../src/cli/progress/plan.js';

const SCANNED = { type: 'layer-scanned', paths: [], files: () => [] } as const;

test('layers are placed behind the base, with what was not scanned at the end', () => {
  const scan = new Scan({ type: 'started', layers: 5, toScan: 4, workers: 2, singlePass: false });
  scan.layerScanned({ ...SCANNED, layer: 3, entries: 4, size: 200 });
  scan.layerScanned({ ...SCANNED, layer: 2, entries: 8, size: 100 });
  assert.equal(scan.scanned, 2);
  const plan = scan.plan({ type: 'planned', toSum: 310, toWrite: 1310, entries: 12 });
  assert.deepEqual(plan, {
    toSum: 310,
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
