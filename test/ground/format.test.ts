import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  exactCount,
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatNames,
  formatRate,
} from '../../src/ground/format.js';

test('bytes have three digits, and a unit that fits them when they are rounded', () => {
  const formatted = [0, 1, 999, 1000, 999_499, 999_500, 5_420_000_000, 999_600_000_000, 2e15].map(formatBytes);
  assert.deepEqual(formatted, [
    '0 B',
    '1 B',
    '999 B',
    '1.00 kB',
    '999 kB',
    '1.00 MB',
    '5.42 GB',
    '1.00 TB',
    '2.00e+3 TB',
  ]);
});

test('a duration has two units at most', () => {
  const formatted = [0, 12, 59, 60, 125, 3599, 3600, 4800, 360_000].map(formatDuration);
  assert.deepEqual(formatted, [
    '0 s',
    '12 s',
    '59 s',
    '1 min 00 s',
    '2 min 05 s',
    '59 min 59 s',
    '1 h 00 min',
    '1 h 20 min',
    '100 h 00 min',
  ]);
});

test('an age is in the largest unit that is passed', () => {
  const ages = [-5, 0, 59, 60, 119, 180, 3600, 2 * 86_400, 40 * 86_400, 800 * 86_400];
  assert.deepEqual(
    ages.map((seconds) => formatAgo(seconds * 1000)),
    [
      'just now',
      'just now',
      'just now',
      '1 minute ago',
      '1 minute ago',
      '3 minutes ago',
      '1 hour ago',
      '2 days ago',
      '1 month ago',
      '2 years ago',
    ],
  );
});

test('a noun fits its number', () => {
  assert.deepEqual(
    [0, 1, 1204].map((count) => formatCount(count, 'entry', 'entries')),
    ['0 entries', '1 entry', '1,204 entries'],
  );
  assert.deepEqual(
    [0, 1, 1n, 10_240n].map((count) => exactCount(count, 'byte')),
    ['0 bytes', '1 byte', '1 byte', '10240 bytes'],
  );
});

test('a rate is in whole MB/s, unless it is slower than one', () => {
  assert.deepEqual(
    [0, 20_060, 999_499, 999_500, 1_600_000, 2_235_000_000].map((bytes) => formatRate(bytes, 1)),
    ['0 B/s', '20.1 kB/s', '999 kB/s', '1 MB/s', '2 MB/s', '2235 MB/s'],
  );
});

test('of many names the first are listed', () => {
  assert.equal(formatNames([]), '');
  assert.equal(formatNames(['a', 'b', 'c'], 3), 'a, b, c');
  assert.equal(formatNames(['a', 'b', 'c'], 2), 'a, b and 1 more');
  assert.equal(formatNames(Array.from('abcdefghijkl')), 'a, b, c, d, e, f, g, h, i, j and 2 more');
});
