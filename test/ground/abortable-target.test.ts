import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbortableTarget } from '../../src/ground/abortable-target.js';
import { Deferred } from '../../src/ground/deferred.js';
import { Collected } from '../support/collected.js';

test('bytes, and what the target throws, are passed on', async () => {
  const collected = new Collected();
  const target = new AbortableTarget(collected);
  for (const text of ['a', 'b']) await target.write(Buffer.from(text));
  assert.equal(String(collected.bytes), 'ab');
  const full = new Error('full');
  await assert.rejects(new AbortableTarget({ write: () => Promise.reject(full) }).write(Buffer.from('c')), full);
});

test('a wait for a target that takes nothing ends, and nothing is written after that', async () => {
  const writes: Uint8Array[] = [];
  const target = new AbortableTarget({
    write: (bytes) => {
      writes.push(bytes);
      return new Deferred<void>().promise;
    },
  });
  const writing = target.write(Buffer.from('a'));
  const first = new Error('first');
  target.abort(first);
  target.abort(new Error('second'));
  await assert.rejects(writing, first);
  await assert.rejects(target.write(Buffer.from('b')), first);
  assert.equal(writes.length, 1);
});
