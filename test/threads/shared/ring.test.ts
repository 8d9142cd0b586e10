import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { closeRing, makeRing, RingFiller, RingTaker } from '../../../src/threads/shared/ring.js';

test('chunks come round in order, each with its length', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 8 })), fc.integer({ min: 1, max: 4 }), (lengths, count) => {
      const ring = makeRing(count, 8);
      const [filler, taker, onlooker] = [new RingFiller(ring), new RingTaker(ring), new RingTaker(ring)];
      for (const [i, length] of lengths.entries()) {
        filler.room()?.fill(i % 251, 0, length);
        filler.filled(length);
        const expected = Buffer.alloc(length, i % 251);
        assert.ok(expected.equals(onlooker.next() ?? assert.fail()));
        assert.ok(expected.equals(taker.take()));
        taker.free();
      }
    }),
  );
});

test('neither side goes on once the ring is closed', () => {
  const ring = makeRing(2, 8);
  new RingFiller(ring).filled(8);
  closeRing(ring);
  assert.equal(new RingFiller(ring).room(), undefined);
  assert.equal(new RingTaker(ring).next(), undefined);
});

test('a full ring makes another thread wait, until a chunk is free or the ring closed', async () => {
  const ring = makeRing(1, 8);
  const url = new URL('../../../src/threads/shared/ring.js', import.meta.url).href;
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { RingFiller } from ${JSON.stringify(url)};
    const filler = new RingFiller(workerData);
    for (let i = 1; filler.room() !== undefined; i++) { filler.filled(i); parentPort.postMessage(i); }
    parentPort.postMessage('closed');
  `;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData: ring });
  const messages: unknown[] = [];
  const taker = new RingTaker(ring);
  worker.on('message', (message: unknown) => {
    messages.push(message);
    if (message === 3) closeRing(ring);
    else if (typeof message === 'number') {
      assert.equal(taker.take().length, message);
      taker.free();
    }
  });
  await new Promise((resolve) => worker.once('exit', resolve));
  assert.deepEqual(messages, [1, 2, 3, 'closed']);
});
