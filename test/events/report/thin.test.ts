import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportTask } from '../../../src/events/report/model.js';
import { thinWaits } from '../../../src/events/report/thin.js';

const WRITE: ReportTask = { kind: 'write', layer: 0, thread: 0, start: 0, end: 1000, bytes: 1, waits: [] };

test('a few waits stay as they are', () => {
  const tasks = [{ ...WRITE, waits: [{ for: 'bytes', start: 10, end: 20 } as const] }];
  assert.deepEqual(thinWaits(tasks), tasks);
});

test('if there are too many waits, neighbours with one reason are joined, and the tasks stay', () => {
  const waits = [
    { for: 'digest', start: 0, end: 10 },
    { for: 'bytes', start: 10, end: 20 },
    { for: 'bytes', start: 21, end: 30 },
    { for: 'bytes', start: 700, end: 900 },
  ] as const;
  assert.deepEqual(thinWaits([{ ...WRITE, waits }], 3), [
    {
      ...WRITE,
      waits: [waits[0], { for: 'bytes', start: 10, end: 30 }, waits[3]],
    },
  ]);
});
