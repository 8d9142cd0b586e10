import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { Outlet } from '../../../src/threads/shared/outlet.js';
import { closeRing, RingTaker } from '../../../src/threads/shared/ring.js';
import { makeBytes } from '../../support/blobs.js';
import { settle } from '../../support/settle.js';

const MB = 1024 * 1024;

test('bytes come out in whole chunks, however they are cut, and an empty chunk ends them', async (t) => {
  const { outlet, took } = making(t);
  const taker = new RingTaker(outlet.ring);
  const bytes = makeBytes({ size: 2 * MB + 500, seed: 1, noise: 1 });
  for (const [start, end] of [
    [0, 0],
    [0, 1],
    [1, MB + 7],
    [MB + 7, bytes.length],
  ]) {
    await outlet.write(bytes.subarray(start, end));
  }
  const chunks = [Buffer.from(taker.take()), Buffer.from(taker.take())];
  for (const _ of chunks) took();
  await outlet.end();
  chunks.push(Buffer.from(taker.take()), Buffer.from(taker.take()));
  assert.deepEqual(
    chunks.map(({ length }) => length),
    [MB, MB, 500, 0],
  );
  assert.ok(Buffer.concat(chunks).equals(bytes));
});

test('it waits while as many chunks as there are wait to be taken', async (t) => {
  const { outlet, took } = making(t);
  for (let i = 0; i < 3; i++) await outlet.write(Buffer.alloc(MB, i));
  let isTaken = false;
  const writing = outlet.write(Buffer.alloc(MB, 3)).then(() => {
    isTaken = true;
  });
  await settle();
  assert.equal(isTaken, false);
  took();
  await writing;
});

test('an abort ends the wait, and refuses what comes after it', async (t) => {
  const { outlet } = making(t);
  const failure = new Error('gone');
  const writing = outlet.write(Buffer.alloc(4 * MB));
  outlet.abort(failure);
  await assert.rejects(writing, failure);
  await assert.rejects(outlet.end(), failure);
});

test('a ring that was closed takes no bytes', async (t) => {
  const { outlet } = making(t);
  closeRing(outlet.ring);
  await assert.rejects(outlet.write(Buffer.from('x')), { code: 'ABORTED' });
});

interface Made {
  readonly outlet: Outlet;
  /** Reports that a chunk is no longer needed. */
  readonly took: () => void;
}

function making(t: TestContext): Made {
  const { port1, port2 } = new MessageChannel();
  const outlet = new Outlet(port1);
  t.after(() => outlet.close());
  return { outlet, took: () => port2.postMessage({ type: 'took' }) };
}
