import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spread } from '../../bench/statistics.js';

test('the median of an odd number of values is the middle one', () => {
  assert.deepEqual(spread([10, 9, 100]), { min: 9, median: 10 });
});

test('the median of an even number of values lies between the middle two', () => {
  assert.deepEqual(spread([4, 1, 2, 100]), { min: 1, median: 3 });
});

test('there is no median of nothing', () => {
  assert.throws(() => spread([]), RangeError);
});
