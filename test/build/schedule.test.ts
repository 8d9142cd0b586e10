import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOrder } from '../../src/build/schedule.js';

const order = (...sizes: number[]): number[] => {
  const layers = sizes.map((size, index) => ({ size, index }));
  return digestOrder(layers).map(({ index }) => index);
};

test('equal layers are summed in the order of the stream', () => {
  assert.deepEqual(order(5, 5, 5, 5), [0, 1, 2, 3]);
});

test('a giant goes first, wherever it stands', () => {
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
