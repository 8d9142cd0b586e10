import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskEvent, TaskKind } from '../src/events.js';
import { fromTheirTurns } from '../src/turns.js';

function task(kind: TaskKind, layer: number, start: number, end: number): TaskEvent {
  return { type: 'task', task: kind, layer, bytes: 1, timing: { thread: 0, start, end, waits: [] } };
}

test('a write that had to wait for its digest begins when the one before it ended', () => {
  const tasks = [
    task('scan', 0, 100, 110),
    task('digest', 0, 110, 150),
    task('digest', 1, 110, 300),
    task('write', 0, 151, 200),
    task('write', 1, 301, 400),
  ];
  const writes = fromTheirTurns(tasks).filter(({ task: kind }) => kind === 'write');
  assert.deepEqual(
    writes.map(({ timing: { start, end, waits } }) => ({ start, end, waits })),
    [
      { start: 110, end: 200, waits: [{ for: 'digest', start: 110, end: 150 }] },
      { start: 200, end: 400, waits: [{ for: 'digest', start: 200, end: 300 }] },
    ],
  );
});

test('other tasks, and writes that had nothing to wait for, are as they were told', () => {
  const tasks = [
    task('scan', 0, 100, 110),
    task('digest', 0, 110, 120),
    task('digest', 1, 110, 130),
    task('write', 0, 110, 200),
    // Summed while it is written.
    task('write', 1, 200, 300),
    task('digest', 1, 200, 310),
  ];
  assert.deepEqual(fromTheirTurns(tasks), tasks);
});
