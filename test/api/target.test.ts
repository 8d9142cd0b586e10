import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeTo } from '../../src/api/target.js';
import type { ByteTarget } from '../../src/ground/byte-target.js';
import { Collected } from '../support/collected.js';
import { tempDir } from '../support/temp-dir.js';

const BYTES = Buffer.from('an archive');
const failure = new Error('the input is bad');

test('a path becomes a file, whole, and the result is passed on', async (t) => {
  const directory = tempDir(t);
  const path = join(directory, 'image.tar');
  const result = await writeTo(path, {}, async (target) => {
    await target.write(BYTES);
    assert.deepEqual(readdirSync(directory).includes('image.tar'), false);
    return 'written';
  });
  assert.equal(result, 'written');
  assert.deepEqual(readFileSync(path), BYTES);
  assert.deepEqual(readdirSync(directory), ['image.tar']);
});

test('after a failure the file that was there is left, and nothing else', async (t) => {
  const directory = tempDir(t);
  const path = join(directory, 'image.tar');
  writeFileSync(path, 'old');
  const writing = writeTo(path, {}, async (target) => {
    await target.write(BYTES);
    throw failure;
  });
  await assert.rejects(writing, failure);
  assert.equal(readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(readdirSync(directory), ['image.tar']);
});

test('what cleans up removes the unfinished file at once', async (t) => {
  const directory = tempDir(t);
  let cleanUp = (): void => assert.fail('nothing cleans up');
  const onCleanUp = (action: () => void): void => {
    cleanUp = action;
  };
  const writing = writeTo(join(directory, 'image.tar'), { onCleanUp }, async (target) => {
    await target.write(BYTES);
    cleanUp();
    assert.deepEqual(readdirSync(directory), []);
    throw failure;
  });
  await assert.rejects(writing, failure);
});

test('a target of the caller gets the bytes, but none after the end', async () => {
  const target = new Collected();
  let kept: ByteTarget = target;
  await writeTo(target, {}, async (guarded) => {
    kept = guarded;
    await guarded.write(BYTES);
  });
  assert.deepEqual(target.bytes, BYTES);
  await assert.rejects(kept.write(BYTES), { code: 'ABORTED' });
  assert.deepEqual(target.bytes, BYTES);
});
