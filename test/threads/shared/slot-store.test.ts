import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlotStore } from '../../../src/threads/shared/slot-store.js';

test('slots are used again, each by one team at a time, and only for their size', () => {
  const store = new SlotStore();
  const [first, second] = [store.take(2, 8), store.take(1, 8)];
  assert.equal(new Set([...first, ...second]).size, 3);
  store.give(first);
  store.give(second);
  assert.deepEqual(
    store.take(2, 16).map(({ length }) => length),
    [16, 16],
  );
  const again = store.take(4, 8);
  assert.equal(new Set(again).size, 4);
  for (const slot of [...first, ...second]) assert.ok(again.includes(slot));
});
