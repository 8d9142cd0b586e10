import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClosureResult, Measurement, TargetResult } from '../../bench/results.js';
import { judge } from '../../bench/targets.js';
import { closureResult, measurement } from '../support/bench-results.js';

const MEASUREMENTS = [
  measurement('cat of the archive', 'cat', { seconds: 5 }),
  measurement('layerstream', 'ours', { seconds: 6, peakMemory: 180e6 }),
  measurement('layerstream', 'ours', { sink: 'null', seconds: 4, peakMemory: 190e6 }),
  measurement('reference script', 'reference', { seconds: 36 }),
];

function verdicts(closures: readonly ClosureResult[], target: string): Pick<TargetResult, 'closure' | 'met'>[] {
  const found = judge(closures).filter((result) => result.target.startsWith(target));
  assert.ok(found.length > 0);
  return found.map(({ closure, met }) => ({ closure, met }));
}

test('a balanced closure is judged as one, with what was measured', () => {
  const balanced = closureResult({ name: 'even', measurements: MEASUREMENTS });
  assert.deepEqual(verdicts([balanced], 'balanced layers, | cat, as many'), [{ closure: 'even', met: false }]);
  assert.deepEqual(verdicts([balanced], 'balanced layers, | cat, times faster'), [{ closure: 'even', met: true }]);
  assert.deepEqual(verdicts([balanced], 'one giant layer, | cat'), [{ closure: undefined, met: undefined }]);
  assert.deepEqual(verdicts([balanced], 'to /dev/null'), [{ closure: undefined, met: undefined }]);
});

test('a closure with a giant is judged as such', () => {
  const giant = closureResult({ name: 'giant', largestLayer: 9e8, measurements: MEASUREMENTS });
  assert.deepEqual(verdicts([giant], 'one giant layer, | cat'), [{ closure: 'giant', met: true }]);
  assert.deepEqual(verdicts([giant], 'balanced layers, | cat, as many'), [{ closure: undefined, met: undefined }]);
});

test('memory is the most of all sinks', () => {
  const balanced = closureResult({ measurements: MEASUREMENTS });
  const [memory] = judge([balanced]).filter(({ target }) => target === 'peak memory');
  assert.deepEqual(memory, {
    target: 'peak memory',
    limit: 'at most 200 MB',
    closure: 'sample',
    result: '190 MB',
    met: true,
    ifMissed: 'A build holds more memory than it should, also next to other builds.',
  });
});

test('two workers are compared with one', () => {
  const scaling = [
    { workers: 1, seconds: { min: 9, median: 10 } },
    { workers: 2, seconds: { min: 5, median: 5 } },
  ];
  const passes = { streamRate: 1e9, mainThreadSecondsPerGb: 0.05, scaling, model: [] };
  const balanced = closureResult({ passes });
  assert.deepEqual(verdicts([balanced], 'balanced layers, digest pass'), [{ closure: 'sample', met: true }]);
  assert.deepEqual(verdicts([balanced], "main thread's"), [{ closure: 'sample', met: true }]);
});

test('a contender is judged by the added-up times of those it is compared with', () => {
  const measurements = [
    measurement('digest pass alone', 'floor', { subject: 'layouts', seconds: 2 }),
    measurement('cat of the archive', 'cat', { subject: 'layouts', seconds: 3 }),
    measurement('layerstream oci', 'ours', {
      subject: 'layouts',
      sink: 'layout',
      beside: ['digest pass alone', 'cat of the archive'],
      seconds: 6,
      peakMemory: 299e6,
    }),
    measurement('walk alone', 'floor', { subject: 'second', seconds: 1 }),
    measurement('layerstream oci, again', 'ours', { subject: 'second', beside: ['walk alone'], seconds: 1.2 }),
    // A time of another subject is not compared with it.
    measurement('layerstream, again', 'ours', {
      subject: 'second',
      beside: ['cat of the archive'],
      seconds: 3,
      peakMemory: 400e6,
    }),
  ];
  const closure = closureResult({ measurements });
  assert.deepEqual(verdicts([closure], 'layout, as many'), [{ closure: 'sample', met: true }]);
  assert.deepEqual(verdicts([closure], 'layouts, peak memory'), [{ closure: 'sample', met: true }]);
  assert.deepEqual(verdicts([closure], 'second build into a full layout'), [{ closure: 'sample', met: true }]);
  assert.deepEqual(verdicts([closure], 'second stream'), [{ closure: undefined, met: undefined }]);
  assert.deepEqual(verdicts([closure], 'peak memory'), [
    { closure: undefined, met: undefined },
    { closure: undefined, met: undefined },
  ]);
});

test('compression is compared with the tool, and a giant by what a second worker gains', () => {
  const compression = (contender: string, seconds: number, beside: string[]): Measurement =>
    measurement(contender, 'ours', { subject: 'compression', sink: 'layout', seconds, beside });
  const peer = 'pigz -6 of the archive';
  const measurements = [
    measurement(peer, 'peer', { subject: 'compression', sink: 'tmpfs', seconds: 5 }),
    compression('layerstream oci, gzip:6, 4 workers', 4, [peer]),
    compression('layerstream oci, gzip:6, 2 workers', 8, []),
    compression('layerstream oci, gzip:6, 1 worker', 14, []),
  ];
  const giant = closureResult({ largestLayer: 9e8, measurements });
  assert.deepEqual(verdicts([giant], 'layout, gzip:6'), [{ closure: 'sample', met: true }]);
  assert.deepEqual(verdicts([giant], 'one giant layer, gzip:6'), [{ closure: 'sample', met: false }]);
  assert.deepEqual(verdicts([giant], 'one giant layer, zstd:3'), [{ closure: undefined, met: undefined }]);
});

test('a closure that no target is about is not judged', () => {
  const other = closureResult({ judgedAs: undefined, measurements: MEASUREMENTS });
  assert.ok(judge([other]).every(({ met }) => met === undefined));
});
