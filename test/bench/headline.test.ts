import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatHeadline } from '../../bench/headline.js';
import { closureResult, measurement } from '../support/bench-results.js';

const CAT = measurement('cat of the archive', 'cat', { seconds: 2 });

test('a stream through a pipe stands for the closure, beside cat and the reference script', () => {
  const measurements = [
    CAT,
    measurement('layerstream', 'ours', { seconds: 2.5 }),
    measurement('layerstream', 'ours', { sink: 'null', seconds: 2 }),
    measurement('reference script', 'reference', { seconds: 20 }),
  ];
  assert.equal(
    formatHeadline(closureResult({ name: 'balanced', archiveBytes: 5e9, measurements })),
    'balanced: 2.50 s, 2000 MB/s, 1.3 × cat, 8.0 times as fast as the reference script',
  );
});

test('without streams it is the first that was measured, beside what that is compared with', () => {
  const measurements = [
    { ...CAT, subject: 'layouts' as const },
    measurement('layerstream oci', 'ours', { subject: 'layouts', beside: ['cat of the archive'], seconds: 3 }),
  ];
  assert.equal(
    formatHeadline(closureResult({ name: 'a', archiveBytes: 3e9, measurements })),
    'a: 3.00 s, 1000 MB/s, 1.5 × cat of the archive (layerstream oci)',
  );
});

test('there is no multiple of what is over as soon as it has started', () => {
  const measurements = [
    measurement('cat', 'cat', { seconds: 0.001 }),
    measurement('layerstream', 'ours', { seconds: 0.2 }),
  ];
  assert.equal(
    formatHeadline(closureResult({ name: 'tiny', archiveBytes: 1e6, measurements })),
    'tiny: 0.200 s, 5 MB/s',
  );
});
