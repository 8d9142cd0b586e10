import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOrder, makeShareOut, threadsToHash, threadsToScan } from '../../src/pipeline/schedule.js';

const order = (...sizes: number[]): number[] => {
  const layers = sizes.map((size, index) => ({ size, index }));
  return digestOrder(layers).map(({ index }) => index);
};

test('equal layers are hashed in the order of the stream', () => {
  assert.deepEqual(order(5, 5, 5, 5), [0, 1, 2, 3]);
});

test('a giant goes first, wherever it is in the list', () => {
  assert.deepEqual(order(3, 2, 1000), [2, 0, 1]);
  assert.deepEqual(order(3, 1000, 2), [1, 0, 2]);
});

test('a layer that the stream reaches late may wait for smaller ones before it', () => {
  assert.deepEqual(order(10, 10, 10, 12), [0, 1, 2, 3]);
});

test('no layer is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), (sizes) => {
      assert.deepEqual(
        order(...sizes).toSorted((a, b) => a - b),
        sizes.map((_, i) => i),
      );
    }),
  );
});

const MB = 1_000_000;

function shares(sizes: readonly number[], threads: number): number[] {
  const queue = sizes.map((size) => ({ size: size * MB }));
  const share = makeShareOut(queue, threads);
  return queue.map((layer) => share(layer, threads));
}

test('a second thread reads for a layer that would outlast all others', () => {
  assert.deepEqual(shares([5900, 50, 50], 2), [2, 1, 2]);
  assert.deepEqual(shares([600, 200, 200], 8), [2, 2, 2]);
});

test('layers that others outlast get one thread each', () => {
  assert.deepEqual(shares([60, 60, 60, 60, 60, 60], 2).slice(0, 4), [1, 1, 1, 1]);
});

test('small layers, and a lone thread, are not shared out', () => {
  assert.deepEqual(shares([1, 1], 4), [1, 1]);
  assert.deepEqual(shares([5900, 50], 1), [1, 1]);
  assert.equal(makeShareOut([{ size: 5900 * MB }], 4)({ size: 5900 * MB }, 1), 1);
});

test('only as many threads are started as there is work for', () => {
  assert.deepEqual(
    [0, 1, 16, 17, 1000].map((paths) => threadsToScan(paths, 8)),
    [1, 1, 1, 2, 8],
  );
  assert.deepEqual(
    [0, 1, 100, 5000].map((size) => threadsToHash(size * MB, 8)),
    [1, 1, 3, 8],
  );
});
