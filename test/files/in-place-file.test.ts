import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { InPlaceFile } from '../../src/files/in-place-file.js';
import { openDescriptors } from '../support/descriptors.js';
import { withTempDir } from '../support/temp-dir.js';

const OLD = 'the old content, which is longer';

/** Runs a test with a file of some content. */
function withFile(action: (file: InPlaceFile, path: string) => Promise<void>): Promise<void> {
  return withTempDir(async (directory) => {
    const path = join(directory, 'image.tar');
    writeFileSync(path, OLD);
    const { ino } = statSync(path);
    await action(new InPlaceFile(path, { name: 'a name' }), path);
    while (openDescriptors(directory).length > 0) await setImmediate();
    assert.equal(statSync(path).ino, ino);
    assert.deepEqual(readdirSync(directory), ['image.tar']);
  });
}

test('a file keeps its content until the first byte, and then has the new one alone', () =>
  withFile(async (file, path) => {
    assert.equal(readFileSync(path, 'utf8'), OLD);
    await file.write(Buffer.from('new '));
    await file.write(Buffer.from('bytes'));
    await file.commit();
    assert.equal(readFileSync(path, 'utf8'), 'new bytes');
    file.abort();
    assert.equal(readFileSync(path, 'utf8'), 'new bytes');
  }));

test('a file to which nothing is written is empty in the end', () =>
  withFile(async (file, path) => {
    await file.commit();
    assert.equal(readFileSync(path, 'utf8'), '');
  }));

test('a file that is given up before the first byte keeps its content', () =>
  withFile(async (file, path) => {
    file.abort();
    assert.equal(readFileSync(path, 'utf8'), OLD);
  }));

test('a file that is given up later is empty at once, and stays so', () =>
  withFile(async (file, path) => {
    await file.write(Buffer.from('new '));
    const writing = file.write(Buffer.alloc(8_000_000));
    file.abort();
    await writing.catch(() => {});
    await assert.rejects(file.write(Buffer.from('late')), { code: 'ABORTED' });
    while (openDescriptors(path).length > 0) await setImmediate();
    assert.equal(statSync(path).size, 0);
  }));

test('what is made for it beforehand goes where temporary files go', () =>
  withFile(async (file) => {
    assert.equal(file.stagingParent, tmpdir());
    await file.commit();
  }));
