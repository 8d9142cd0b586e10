import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskEvent, TaskKind } from '../../src/events/events.js';
import { nameThreads } from '../../src/events/thread-names.js';

const TWO_PASSES = { singlePass: false } as const;

function tasks(...done: readonly [thread: number, kind: TaskKind][]): TaskEvent[] {
  return done.map(([thread, task]) => ({
    type: 'task',
    task,
    layer: 0,
    bytes: 1,
    timing: { thread, start: 0, end: 1, waits: [] },
  }));
}

test('threads are named for what they do, in the order of the work', () => {
  assert.deepEqual(nameThreads(tasks([0, 'write'], [3, 'read'], [2, 'digest'], [1, 'scan'], [2, 'scan']), TWO_PASSES), [
    { id: 1, name: 'worker 1' },
    { id: 2, name: 'worker 2' },
    { id: 3, name: 'reader' },
    { id: 0, name: 'coordinator' },
  ]);
});

test('a worker that reads is a worker, the thread that writes is the coordinator, and readers are counted', () => {
  assert.deepEqual(
    nameThreads(
      tasks([1, 'read'], [1, 'digest'], [1, 'read'], [0, 'write'], [0, 'scan'], [5, 'read'], [4, 'read']),
      TWO_PASSES,
    ),
    [
      { id: 1, name: 'worker 1' },
      { id: 4, name: 'reader 1' },
      { id: 5, name: 'reader 2' },
      { id: 0, name: 'coordinator' },
    ],
  );
});

test('what hashes in a single pass is no worker, since all layers pass it', () => {
  const done = tasks([1, 'scan'], [2, 'read'], [3, 'digest'], [0, 'write']);
  assert.deepEqual(nameThreads(done, { singlePass: true }), [
    { id: 1, name: 'worker 1' },
    { id: 2, name: 'reader' },
    { id: 3, name: 'hasher' },
    { id: 0, name: 'coordinator' },
  ]);
});
