import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coarsen, findCriticalPath, shareOut } from '../../../src/events/report/critical-path.js';
import type { ReportTask } from '../../../src/events/report/model.js';

type Kind = ReportTask['kind'];
type Waits = ReportTask['waits'];

const [WORKER, OTHER, READER, COORDINATOR] = [0, 1, 2, 3];

function task(
  kind: Kind,
  layer: number,
  thread: number,
  span: readonly [number, number],
  waits: Waits = [],
): ReportTask {
  return { kind, layer, thread, start: span[0], end: span[1], bytes: 1, waits };
}

/** `hash 2: 10–50`, in order. */
function describePath(tasks: readonly ReportTask[]): string[] {
  return findCriticalPath(tasks).map(({ task: index, start, end }) => {
    const found = index === undefined ? undefined : tasks[index];
    return `${found === undefined ? 'nothing' : `${found.kind} ${found.layer}`}: ${start}–${end}`;
  });
}

test('the path of a write that waited for its digest goes back to the digest, its worker and the last scan', () => {
  const tasks = [
    task('scan', 0, WORKER, [10, 20]),
    task('scan', 1, OTHER, [10, 60]),
    task('digest', 1, WORKER, [61, 100]),
    task('digest', 0, WORKER, [100, 300]),
    task('write', 0, COORDINATOR, [61, 400], [{ for: 'digest', start: 61, end: 301 }]),
  ];
  assert.deepEqual(describePath(tasks), [
    'nothing: 0–10',
    'scan 1: 10–60',
    'nothing: 60–61',
    'digest 1: 61–100',
    'digest 0: 100–300',
    'nothing: 300–301',
    'write 0: 301–400',
  ]);
});

test('a write that waited for bytes goes back to the reader, and a reader that waited for room to the write', () => {
  const tasks = [
    task('read', 0, READER, [0, 300], [{ for: 'room', start: 100, end: 150 }]),
    task('write', 0, COORDINATOR, [0, 400], [{ for: 'bytes', start: 200, end: 250 }]),
  ];
  assert.deepEqual(describePath(tasks), ['write 0: 0–150', 'read 0: 150–250', 'write 0: 250–400']);
});

test('a write goes back to the blob that is written beside it, and from there to the one before', () => {
  const tasks = [
    task('blob', 0, WORKER, [10, 200]),
    task('blob', 1, WORKER, [210, 390]),
    task('write', 0, COORDINATOR, [0, 50]),
    task(
      'write',
      1,
      COORDINATOR,
      [50, 400],
      [
        { for: 'blob', start: 60, end: 205 },
        { for: 'blob', start: 300, end: 380 },
      ],
    ),
  ];
  assert.deepEqual(describePath(tasks), [
    'nothing: 0–10',
    'blob 0: 10–200',
    'nothing: 200–210',
    'blob 1: 210–380',
    'write 1: 380–400',
  ]);
});

test('a wait for an unknown task belongs to no task', () => {
  const tasks = [task('write', 0, COORDINATOR, [0, 400], [{ for: 'bytes', start: 200, end: 250 }])];
  assert.deepEqual(describePath(tasks), ['write 0: 0–200', 'nothing: 200–250', 'write 0: 250–400']);
});

test('a digest during or after the write is on the path only if it ends last', () => {
  const write = task('write', 0, COORDINATOR, [0, 400]);
  assert.deepEqual(describePath([write, task('digest', 0, WORKER, [0, 390])]), ['write 0: 0–400']);
  assert.deepEqual(describePath([write, task('digest', 0, WORKER, [0, 410])]), ['digest 0: 0–410']);
});

test('a scan in several tasks counts from the last of them', () => {
  const tasks = [
    task('scan', 0, WORKER, [0, 100]),
    task('scan', 0, OTHER, [0, 70]),
    task('digest', 0, OTHER, [100, 200]),
  ];
  assert.deepEqual(describePath(tasks), ['scan 0: 0–100', 'digest 0: 100–200']);
});

test('waits of two threads for each other come to an end', () => {
  const tasks = [
    task('read', 0, READER, [0, 300], [{ for: 'room', start: 100, end: 200 }]),
    task('write', 0, COORDINATOR, [0, 300], [{ for: 'bytes', start: 100, end: 200 }]),
  ];
  const path = findCriticalPath(tasks);
  assert.equal(path.at(0)?.start, 0);
  assert.equal(path.at(-1)?.end, 300);
});

test('there is no path if nothing was done', () => {
  assert.deepEqual(findCriticalPath([]), []);
});

test('shares add up the kinds of work on each layer, the largest first', () => {
  const tasks = [task('read', 0, READER, [0, 300]), task('write', 1, COORDINATOR, [0, 300])];
  const path = [
    { task: undefined, start: 0, end: 10 },
    { task: 0, start: 10, end: 60 },
    { task: 1, start: 60, end: 160 },
    { task: 0, start: 160, end: 240 },
  ];
  assert.deepEqual(shareOut(path, tasks), [
    { kind: 'read', layer: 0, time: 130 },
    { kind: 'write', layer: 1, time: 100 },
    { kind: undefined, layer: undefined, time: 10 },
  ]);
});

test('a path of too many steps becomes stretches, each of the task that took most of it', () => {
  const path = Array.from({ length: 100 }, (_, i) => ({
    task: i % 2,
    start: i * 10 + (i % 2) * 2,
    end: (i + 1) * 10 + ((i + 1) % 2) * 2,
  }));
  const coarse = coarsen(path, 10);
  assert(coarse.length <= 10);
  assert.deepEqual(coarse.at(0)?.task, 0);
  assert.equal(coarse.at(-1)?.end, path.at(-1)?.end);
  assert.deepEqual(coarsen(path, 100), path);
});

test('the path goes from the lead of a blob to the helper it waited for, and back to what the helper waited for', () => {
  const tasks = [
    task('scan', 0, WORKER, [0, 50]),
    task('compress', 0, OTHER, [60, 390], [{ for: 'bytes', start: 60, end: 120 }]),
    task('blob', 1, READER, [60, 380]),
    task('blob', 0, WORKER, [60, 400], [{ for: 'bytes', start: 200, end: 300 }]),
  ];
  assert.deepEqual(describePath(tasks), [
    'scan 0: 0–50',
    'nothing: 50–60',
    'blob 0: 60–120',
    'compress 0: 120–300',
    'blob 0: 300–400',
  ]);
});
