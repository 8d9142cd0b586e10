import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveSlot, makeSlotArena, takeSlot } from '../../../src/threads/shared/slot-arena.js';

test('a slot has one owner until it is given back, and the lowest free one comes first', () => {
  const arena = makeSlotArena(3, 16);
  assert.deepEqual([takeSlot(arena), takeSlot(arena), takeSlot(arena), takeSlot(arena)], [0, 1, 2, undefined]);
  giveSlot(arena, 2);
  giveSlot(arena, 1);
  assert.deepEqual([takeSlot(arena), takeSlot(arena), takeSlot(arena)], [1, 2, undefined]);
  assert.deepEqual(
    arena.slots.map(({ length, buffer }) => [length, buffer instanceof SharedArrayBuffer]),
    Array(3).fill([16, true]),
  );
});
