import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClosureResult, TargetResult } from '../../bench/results.js';
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

test('a closure that no target is about is not judged', () => {
  const other = closureResult({ judgedAs: undefined, measurements: MEASUREMENTS });
  assert.ok(judge([other]).every(({ met }) => met === undefined));
});
