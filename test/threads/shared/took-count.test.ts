import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { TookCount } from '../../../src/threads/shared/took-count.js';
import { settle } from '../../support/settle.js';

test('a wait ends with the message of the chunk that it waits for, and not before', async (t) => {
  const { took, port } = listening(t);
  const log: number[] = [];
  const waits = [1, 2, 3].map((count) => took.reached(count).then(() => log.push(count)));
  port.postMessage('took');
  await waits[0];
  port.postMessage('took');
  await waits[1];
  await settle();
  assert.deepEqual(log, [1, 2]);
  port.postMessage('took');
  await Promise.all(waits);
  assert.deepEqual(log, [1, 2, 3]);
});

test('what was counted is not waited for', async (t) => {
  const { took, port } = listening(t);
  port.postMessage('took');
  await took.reached(1);
  await took.reached(1);
  await took.reached(0);
});

test('after the end nothing is waited for, now and later', async (t) => {
  const { took } = listening(t);
  const waits = [took.reached(1), took.reached(2)];
  took.close();
  await Promise.all(waits);
  await took.reached(1_000_000);
});

test('a failure ends all waits, now and later', async (t) => {
  const { took } = listening(t);
  const failure = new Error('the thread died');
  const waits = [took.reached(1), took.reached(2)].map((wait) => assert.rejects(wait, failure));
  took.abort(failure);
  await Promise.all(waits);
  await assert.rejects(took.reached(0), failure);
});

/** A count that listens to a port, and the other end of it. */
function listening(t: TestContext): { took: TookCount; port: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  return { took: new TookCount(port2), port: port1 };
}
