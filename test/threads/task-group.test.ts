import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LayerstreamError } from '../../src/ground/errors.js';
import { TaskGroup } from '../../src/threads/task-group.js';

test('a group ends when all tasks have ended, those that came later too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 6 }), async (scheduler, count) => {
      const group = new TaskGroup(() => assert.fail('none fails'));
      let open = count;
      const start = (left: number): void => {
        const task = scheduler.schedule(Promise.resolve()).then(() => {
          open--;
        });
        // While one runs, another comes.
        if (left > 1) start(left - 1);
        group.add(task);
      };
      start(count);
      await scheduler.waitFor(group.ended());
      assert.equal(open, 0);
    }),
  );
});

test('each failure is reported, and the one that others did not cause is thrown', async () => {
  const cause = new Error('cause');
  const seen: unknown[] = [];
  const aborted = new LayerstreamError('ABORTED', 'others failed');
  const group = new TaskGroup((error) => seen.push(error));
  for (const task of [Promise.reject(aborted), Promise.reject(cause), Promise.resolve()]) group.add(task);
  await assert.rejects(group.ended(), cause);
  assert.deepEqual(seen, [aborted, cause]);
  const only = new TaskGroup(() => {});
  only.add(Promise.reject(aborted));
  await assert.rejects(only.ended(), aborted);
});
