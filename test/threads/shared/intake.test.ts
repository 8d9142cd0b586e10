import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Intake } from '../../../src/threads/shared/intake.js';
import { makeRing, RingFiller } from '../../../src/threads/shared/ring.js';
import { ENDS_A_HANG } from '../../support/hang.js';

test('chunks that a thread fills are taken in order, up to an end, and again after it', ENDS_A_HANG, async () => {
  const intake = new Intake(makeRing(2, 8));
  const worker = startFiller(intake, [1, 2, 3, 4, 5], [6]);
  const lengths: number[] = [];
  for (let chunk = await intake.next(); chunk !== undefined; chunk = await intake.next()) {
    lengths.push(chunk.length);
    intake.free();
  }
  assert.deepEqual([lengths, intake.taken], [[1, 2, 3, 4, 5], 5]);
  assert.equal(await intake.next(), undefined);
  intake.begin();
  worker.postMessage('go on');
  assert.equal((await intake.next())?.length, 6);
  intake.free();
  assert.equal(await intake.next(), undefined);
});

test('chunks that were filled before the end are taken before it', async () => {
  const intake = new Intake(makeRing(2, 8));
  fill(intake, [3, 4]);
  intake.onEnd();
  assert.equal((await intake.next())?.length, 3);
  assert.equal((await intake.next())?.length, 4);
  assert.equal(await intake.next(), undefined);
});

test('an abort ends a wait with its error, and each later one with the first error', async () => {
  const intake = new Intake(makeRing(1, 8));
  const failure = new Error('the reader died');
  const wait = assert.rejects(intake.next(), failure);
  intake.abort(failure);
  intake.abort(new Error('and all the others'));
  await wait;
  await assert.rejects(intake.next(), failure);
});

test('an abort ends the wait of a thread for room', ENDS_A_HANG, async () => {
  const intake = new Intake(makeRing(1, 8));
  const worker = startFiller(intake, [1, 2]);
  const exit = once(worker, 'exit');
  assert.equal((await intake.next())?.length, 1);
  // Nothing is freed: the thread has no room for the second chunk.
  intake.abort(new Error('the target failed'));
  assert.deepEqual(await exit, [0]);
});

function fill(intake: Intake, lengths: readonly number[]): void {
  const filler = new RingFiller(intake.ring);
  for (const length of lengths) {
    filler.room();
    filler.filled(length);
    intake.onFilled();
  }
}

/** A thread that fills chunks of these lengths and reports the end, for each list after a message but for the first. */
function startFiller(intake: Intake, ...lists: readonly (readonly number[])[]): Worker {
  const url = new URL('../../../src/threads/shared/ring.js', import.meta.url).href;
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { RingFiller } from ${JSON.stringify(url)};
    const filler = new RingFiller(workerData.ring);
    const [first, ...others] = workerData.lists;
    fillAll(first);
    if (others.length > 0) parentPort.once('message', () => fillAll(others.shift()));
    function fillAll(lengths) {
      for (const length of lengths) {
        if (filler.room() === undefined) process.exit(0);
        filler.filled(length);
        parentPort.postMessage('filled');
      }
      parentPort.postMessage('end');
    }
  `;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    workerData: { ring: intake.ring, lists },
  });
  worker.on('message', (message: unknown) => (message === 'end' ? intake.onEnd() : intake.onFilled()));
  return worker;
}
