import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largestFirst, storeName } from '../../src/ground/store-name.js';

const HASH = '0123456789abcdfghijklmnpqrsvwxyz';

test('the name of a store path has neither directory nor hash', () => {
  assert.equal(storeName(`/nix/store/${HASH}-hello-2.12`), 'hello-2.12');
  assert.equal(storeName(`/other/store/${HASH}-hello-2.12/bin/hello`), 'hello-2.12/bin/hello');
});

test('what is no store path, or has no name, stays as it is', () => {
  for (const path of ['/nix/store/custom', `/nix/store/${HASH}-`, `/nix/store/${HASH}`, 'layer.tar', '']) {
    assert.equal(storeName(path), path);
  }
});

test('paths come by size, equal ones in their own order, and all in their own order without sizes', () => {
  assert.deepEqual(largestFirst(['a', 'b', 'c', 'd'], [1, 5, 5, 7]), ['d', 'b', 'c', 'a']);
  assert.deepEqual(largestFirst(['b', 'a'], undefined), ['b', 'a']);
});
