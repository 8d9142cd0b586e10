import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSkips } from './skips.js';

const ran = (name: string, file = 'a.test.js') => ({ file, name });
const skipped = (name: string, reason: string, file = 'a.test.js') => ({ file, name, skipped: reason });

test('nothing is said where nothing was skipped', () => {
  assert.equal(formatSkips([ran('one'), ran('two')]), '');
});

test('all packages that are missing are one command', () => {
  const outcomes = [
    ran('one'),
    skipped('docker', 'needs dockerd, docker: apt-get install docker.io'),
    skipped('podman', 'needs podman, busybox: apt-get install podman busybox-static'),
    skipped('skopeo', 'needs busybox: apt-get install busybox-static'),
    skipped('two', 'root may write anywhere'),
  ];
  assert.equal(
    formatSkips(outcomes),
    `4 tests and suites skipped:
    3  apt-get install busybox-static docker.io podman
    1  root may write anywhere
`,
  );
});

test('other reasons are counted, the most frequent first', () => {
  const outcomes = [skipped('a', 'rare'), skipped('b', 'frequent'), skipped('c', 'frequent')];
  assert.equal(formatSkips(outcomes), '3 tests and suites skipped:\n    2  frequent\n    1  rare\n');
});

test('a test that ran with either Node.js was not skipped', () => {
  const outcomes = [skipped('zstd', 'no zstd'), ran('zstd'), skipped('zstd', 'no zstd', 'b.test.js')];
  assert.equal(formatSkips(outcomes), '1 test or suite skipped:\n    1  no zstd\n');
});

test('a test that is skipped in both runs counts once', () => {
  const outcomes = [skipped('x', 'why'), skipped('x', 'why')];
  assert.equal(formatSkips(outcomes), '1 test or suite skipped:\n    1  why\n');
});
