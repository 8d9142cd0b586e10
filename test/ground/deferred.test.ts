import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deferred } from '../../src/ground/deferred.js';

test('it is settled from outside, once', async () => {
  const deferred = new Deferred<number>();
  deferred.resolve(1);
  deferred.reject(new Error('late'));
  assert.equal(await deferred.promise, 1);
});

test('a rejection that nobody hears does no harm, and can still be awaited later', async () => {
  const deferred = new Deferred<never>();
  deferred.reject(new Error('gone'));
  await new Promise<void>((resolve) => setImmediate(resolve));
  await assert.rejects(deferred.promise, /gone/);
});
