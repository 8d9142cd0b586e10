import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recording } from '../../src/events/recording.js';
import { now } from '../../src/ground/timing.js';
import { EVENTS, SUMMARY } from '../support/build-events.js';

const SCANNED = { scannedPaths: 1, scannedEntries: 1 } as const;

test('a recording has what the events say', () => {
  const recording = new Recording();
  const task = {
    type: 'task',
    task: 'digest',
    layer: 1,
    bytes: 60_000_000,
    timing: { start: 1, end: 2, thread: 3, waits: [] },
  } as const;
  const planned = { type: 'planned', toHash: 1, toWrite: 0, entries: 1, blobs: 'gzip', layers: [] } as const;
  for (const event of [planned, task, ...EVENTS]) recording.onEvent(event);
  assert.deepEqual([recording.workers, recording.singlePass, recording.blobs], [1, false, 'gzip']);
  assert.deepEqual(
    recording.scanned.map(({ layer }) => layer),
    [1],
  );
  assert.deepEqual(recording.tasks, [task]);
  assert.equal(recording.summary, SUMMARY);
});

test('a recording keeps only the changes of progress', () => {
  const recording = new Recording();
  for (const hashed of [0, 0, 5, 5, 5, 7]) recording.onEvent({ type: 'progress', ...SCANNED, hashed, written: 0 });
  recording.onEvent({ type: 'progress', ...SCANNED, hashed: 7, written: 1 });
  assert.deepEqual(
    recording.progress.map(({ hashed, written }) => [hashed, written]),
    [
      [0, 0],
      [5, 0],
      [7, 0],
      [7, 1],
    ],
  );
});

test('a recording has no summary, and no start, before the build is finished', () => {
  const recording = new Recording();
  assert.throws(() => recording.summary, TypeError);
  assert.throws(() => recording.start, TypeError);
  const before = now();
  recording.onEvent({ type: 'finished', summary: SUMMARY });
  const finished = recording.start + SUMMARY.seconds * 1000;
  assert.ok(before <= finished && finished <= now());
});
