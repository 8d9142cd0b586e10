import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RevocableQueue } from '../../src/threads/revocable-queue.js';

test('tasks come out in their order, and those that are put back come first', () => {
  const queue = new RevocableQueue<{ readonly at: number }>();
  for (const at of [1, 2]) queue.push({ at });
  queue.unshift({ at: 0 });
  assert.equal(queue.size, 3);
  assert.deepEqual(
    [queue.shift(), queue.shift(), queue.shift(), queue.shift()],
    [{ at: 0 }, { at: 1 }, { at: 2 }, null],
  );
});

test('the task that was added last is taken back, once, wherever it stands', () => {
  const queue = new RevocableQueue<{ readonly at: number }>();
  for (const at of [1, 2]) queue.push({ at });
  queue.revoke();
  queue.revoke();
  assert.deepEqual([queue.size, queue.shift()], [1, { at: 1 }]);
  queue.push({ at: 3 });
  queue.unshift({ at: 4 });
  queue.revoke();
  assert.deepEqual([queue.size, queue.shift()], [1, { at: 3 }]);
  queue.revoke();
  assert.equal(queue.size, 0);
});
