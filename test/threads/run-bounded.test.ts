import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runBounded } from '../../src/threads/run-bounded.js';

test('actions begin in order, at most so many at once, whenever each of them ends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat(12), fc.integer({ min: 1, max: 5 }), async (scheduler, count, limit) => {
      const items = Array.from({ length: count }, (_, i) => i);
      const begun: number[] = [];
      let open = 0;
      const done = runBounded(items, limit, async (item) => {
        begun.push(item);
        assert.ok(++open <= limit);
        await scheduler.schedule(Promise.resolve());
        open--;
      });
      assert.equal(begun.length, Math.min(limit, count));
      await scheduler.waitFor(done);
      assert.deepEqual(begun, items);
      assert.equal(open, 0);
    }),
  );
});

test('after a failure no further action is started, and that failure is reported', async () => {
  const failure = new Error('gone');
  const begun: number[] = [];
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const done = runBounded([0, 1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw failure;
    await held;
  });
  await assert.rejects(done, failure);
  release();
  await held;
  await new Promise<void>((resolve) => setImmediate(resolve));
  assert.deepEqual(begun, [0, 1]);
});

test('an item that is given more threads leaves fewer to the others', async () => {
  const begun: string[] = [];
  const free: number[] = [];
  const ends = new Map<string, () => void>();
  const done = runBounded(
    ['wide', 'b', 'c', 'd'],
    3,
    (item, threads) => {
      begun.push(`${item} ${threads}`);
      return new Promise((resolve) => ends.set(item, resolve));
    },
    (item, left) => {
      free.push(left);
      return item === 'wide' ? 2 : 1;
    },
  );
  assert.deepEqual(begun, ['wide 2', 'b 1']);
  ends.get('wide')?.();
  await new Promise<void>((resolve) => setImmediate(resolve));
  assert.deepEqual(begun, ['wide 2', 'b 1', 'c 1', 'd 1']);
  assert.deepEqual(free, [3, 1, 2, 1]);
  for (const end of ends.values()) end();
  await done;
});

test('an empty list ends at once', () => runBounded([], 3, () => assert.fail('there is no item')));
