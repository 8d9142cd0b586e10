import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSettled } from '../../src/cache/settled.js';
import { asByteString } from '../../src/ground/bytestring.js';
import type { LayerContent } from '../../src/layer/source.js';
import { treeOf } from '../support/listings.js';

const START = 1_700_000_000_000;

function trees(...slices: number[][]): LayerContent {
  const entry = {
    depth: 0,
    mode: 0o100444,
    size: 0,
    device: 0n,
    inode: 0n,
    target: undefined,
    bytes: 512,
    mtime: 0,
    uid: 0,
    gid: 0,
  };
  return treeOf(
    slices.map((times) => times.map((time) => ({ ...entry, name: asByteString(''), ctime: nanoseconds(time) }))),
  );
}

function file(time: number): LayerContent {
  return {
    kind: 'file',
    form: 'tar',
    fd: -1,
    device: 0n,
    inode: 0n,
    ctime: nanoseconds(time),
    offset: 0,
    size: 0,
    path: '',
  };
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(milliseconds) * 1_000_000n;
}

test('a layer is settled when all its files changed clearly before the scan', () => {
  assert.ok(isSettled(trees([START - 3001, 0], [START - 60_000]), START));
  assert.ok(isSettled(file(START - 3001), START));
  assert.ok(isSettled(trees([]), START));
  assert.ok(isSettled(trees(), START));
});

test('one file that changed just before is enough to make it unsettled, wherever it is', () => {
  for (const time of [START - 3000, START - 1, START, START + 1, START + 10 ** 12]) {
    assert.ok(!isSettled(trees([time]), START));
    assert.ok(!isSettled(trees([0, 0], [0, time, 0], [0]), START));
    assert.ok(!isSettled(file(time), START));
  }
});

test('the time of the scan may have a fraction', () => {
  assert.ok(isSettled(file(START - 3001), START + 0.5));
  assert.ok(!isSettled(file(START - 3000), START + 0.5));
});
