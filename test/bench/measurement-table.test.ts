import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMeasurements } from '../../bench/measurement-table.js';
import { closureResult, measurement } from '../support/bench-results.js';

const result = closureResult({
  archiveBytes: 6e9,
  measurements: [
    measurement('cat of the archive', 'cat', { seconds: 2 }),
    measurement('layerstream', 'ours', { seconds: 3, peakMemory: 140e6 }),
    measurement('digest pass alone', 'floor', { subject: 'layouts', sink: 'none', seconds: 3 }),
    measurement('cat of the archive', 'cat', { subject: 'layouts', sink: 'tmpfs', seconds: 5 }),
    measurement('layerstream oci', 'ours', {
      subject: 'layouts',
      sink: 'layout',
      beside: ['digest pass alone', 'cat of the archive'],
      seconds: 6,
    }),
    measurement('cat of the archive', 'cat', { subject: 'second', seconds: 2 }),
    measurement('layerstream oci, again', 'ours', {
      subject: 'second',
      sink: 'layout',
      beside: ['cat of the archive', 'walk alone'],
      seconds: 1,
    }),
  ],
});

test('streams are shown as multiples of cat and of the reference script', () => {
  assert.deepEqual(formatMeasurements('streams', result).join('\n').split('\n'), [
    '',
    'Streams; 1 run',
    'into   command             fastest  median       rate  CPU time  peak memory  time, × cat',
    '| cat  cat of the archive   2.00 s  2.00 s  3000 MB/s    2.00 s            –         1.00',
    '| cat  layerstream          3.00 s  3.00 s  2000 MB/s    3.00 s       140 MB         1.50',
  ]);
});

test('others are shown as multiples of what they are compared with', () => {
  const lines = formatMeasurements('layouts', result).join('\n').split('\n');
  assert.match(lines.at(-1) ?? '', / 0\.75 × digest pass alone \+ cat of the archive$/);
});

test('there is no multiple if a part was not measured, and no column of what nothing has', () => {
  const lines = formatMeasurements('second', result).join('\n').split('\n');
  assert.equal(lines.at(-1), 'layout  layerstream oci, again   1.00 s  1.00 s          –    1.00 s');
});

test('a subject that was not measured has no table', () => {
  assert.deepEqual(formatMeasurements('compression', result), []);
});
