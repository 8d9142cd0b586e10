import assert from 'node:assert/strict';
import { test } from 'node:test';
import { now, Stopwatch } from '../../src/ground/timing.js';

test('the clock is that of the epoch', () => {
  assert.ok(Math.abs(now() - Date.now()) < 60_000);
});

test('waits are kept in order, without those below a millisecond, and lie within the task', (t) => {
  // A clock that moves only where time shall pass: between two looks at a real one any time may.
  let clock = 1000;
  t.mock.method(performance, 'now', () => clock);
  const watch = new Stopwatch(7);
  const begin = now();
  clock += 2;
  watch.waited('digest', begin);
  const late = now();
  clock += 0.9;
  watch.waited('room', late);
  const { thread, start, end, waits } = watch.stop();
  assert.equal(thread, 7);
  assert.deepEqual(
    waits.map((wait) => wait.for),
    ['digest'],
  );
  const [wait = assert.fail()] = waits;
  assert.ok(start <= wait.start && wait.start < wait.end && wait.end <= end);
});
