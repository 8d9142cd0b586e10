import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { readableFrom } from '../../src/api/readable.js';
import type { ByteTarget } from '../../src/ground/byte-target.js';
import { settle } from '../support/settle.js';

const CHUNK = Buffer.alloc(100_000, 'x');

const nothing = (): void => {};

test('the stream gives what is written, as copies', async () => {
  const chunk = Buffer.alloc(3);
  const stream = readableFrom(async (target) => {
    for (const text of ['one', 'two', 'six']) {
      chunk.write(text);
      await target.write(chunk);
    }
  }, nothing);
  assert.equal((await buffer(stream)).toString(), 'onetwosix');
});

test('work begins with the first read, and waits while nobody reads', async () => {
  let written = 0;
  const stream = readableFrom(async (target) => {
    for (; written < 50; written++) await target.write(CHUNK);
  }, nothing);
  await settle();
  assert.equal(written, 0);
  const chunks = stream[Symbol.asyncIterator]();
  await chunks.next();
  await settle();
  assert.ok(written < 5, `${written} chunks were written for one that was read`);
  let total = CHUNK.length;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) total += next.value.length;
  assert.equal(total, 50 * CHUNK.length);
});

test('a failure of the producer is the error of the stream', async () => {
  const failure = new Error('gone');
  const stream = readableFrom(async (target) => {
    await target.write(CHUNK);
    throw failure;
  }, nothing);
  await assert.rejects(buffer(stream), failure);
});

test('destroying the stream cancels the producer, and lets it run to its end', async () => {
  let isCancelled = false;
  let end: () => void = nothing;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const produce = async (target: ByteTarget) => {
    while (!isCancelled) await target.write(CHUNK);
    await target.write(CHUNK);
    end();
  };
  const stream = readableFrom(produce, () => {
    isCancelled = true;
  });
  for await (const chunk of stream) if (chunk !== undefined) break;
  await ended;
  assert.equal(stream.destroyed, true);
});
