/** Layouts that are broken on purpose, with the mismatches to report. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { LAYER, type TestImage, TestLayout } from './layout-files.js';
import { anonymous, verifyEachWay } from './verified-layout.js';

export const ONE = { bytes: Buffer.from('one') };
export const PACKED = { bytes: gzipSync('two'), plain: Buffer.from('two'), mediaType: `${LAYER}+gzip` };
export const IMAGE: TestImage = { layers: [ONE, PACKED] };

/** What is broken, and the mismatches: `MANIFEST` and `CONFIG` stand for the names of the one image's blobs. */
export type LayoutFault = readonly [
  what: string,
  make: (layout: TestLayout) => void,
  mismatches: readonly string[] | ((layout: TestLayout) => readonly string[]),
];

/** Tests each layout as a directory and as an archive. */
export function testFaults(faults: readonly LayoutFault[]): void {
  for (const [what, make, mismatches] of faults) {
    test(`reported of a layout: ${what}`, async () => {
      const layout = new TestLayout();
      make(layout);
      const report = await verifyEachWay(layout);
      const reported = report.mismatches.map((mismatch) => anonymous(layout, mismatch));
      const expected = typeof mismatches === 'function' ? mismatches(layout) : mismatches;
      assert.deepEqual(
        reported,
        expected.map((mismatch) => anonymous(layout, mismatch)),
      );
    });
  }
}
