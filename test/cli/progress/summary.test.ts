import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSummary } from '../../../src/cli/progress/summary.js';
import { SUMMARY } from '../../support/build-events.js';

test('a summary names the image, its size, the passes that had bytes, and what was known', () => {
  const lines = formatSummary(SUMMARY).split('\n');
  assert.deepEqual(lines, [
    `${SUMMARY.imageId}  app:1`,
    '2 layers, 31 entries, 100 MB in 2.00 s (50 MB/s), peak memory 80.0 MB',
    'scan 0.25 s, digest 60.0 MB in 0.50 s (120 MB/s), stream 100 MB in 1.00 s (100 MB/s)',
    '1 of them, 40.0 MB, known from earlier builds',
    '',
  ]);
});

test('a summary says if all layers were known, and nothing if none was', () => {
  const knownAre = (isKnown: boolean) => ({
    ...SUMMARY,
    layers: SUMMARY.layers.map((layer) => ({ ...layer, isKnown })),
  });
  assert.match(formatSummary(knownAre(true)), /\nall layers known from earlier builds\n$/);
  assert.doesNotMatch(formatSummary(knownAre(false)), /known/);
});
