import assert from 'node:assert/strict';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listDirectory, makeDirectories, syncDirectory } from '../../src/files/directories.js';
import { tempDir } from '../support/temp-dir.js';

test('a directory is made with all above it that are missing, each with the mode', (t) => {
  const directory = tempDir(t);
  makeDirectories(join(directory, 'a/b/c'), { mode: 0o700 });
  for (const name of ['a', 'a/b', 'a/b/c']) assert.equal(statSync(join(directory, name)).mode & 0o777, 0o700);
  makeDirectories(join(directory, 'a/b/c'), { mode: 0o755 });
  assert.equal(statSync(join(directory, 'a/b/c')).mode & 0o777, 0o700);
});

test('a link to a directory is as good as one', (t) => {
  const directory = tempDir(t);
  mkdirSync(join(directory, 'real'));
  symlinkSync('real', join(directory, 'link'));
  makeDirectories(join(directory, 'link/below'));
  assert.ok(statSync(join(directory, 'real/below')).isDirectory());
});

test('where no directory can be made, the error of the system comes at once', (t) => {
  const directory = tempDir(t);
  writeFileSync(join(directory, 'file'), '');
  assert.throws(() => makeDirectories(join(directory, 'file/below')), { code: 'ENOTDIR' });
  assert.throws(() => makeDirectories('/proc/none/below'), { code: 'ENOENT', path: '/proc/none' });
});

test('what is in a directory is listed with its kind; one that is missing is no error, a file is', (t) => {
  const directory = tempDir(t);
  mkdirSync(join(directory, 'sub'));
  writeFileSync(join(directory, 'file'), '');
  const found = listDirectory(directory)?.map((entry) => [entry.name, entry.isDirectory()]);
  assert.deepEqual(found?.sort(), [
    ['file', false],
    ['sub', true],
  ]);
  assert.equal(listDirectory(join(directory, 'none')), undefined);
  assert.throws(() => listDirectory(join(directory, 'file')), { code: 'ENOTDIR' });
});

test('a directory is synced also where its file system cannot; one that is missing is an error', (t) => {
  const directory = tempDir(t);
  syncDirectory(directory);
  syncDirectory('/proc');
  assert.throws(() => syncDirectory(join(directory, 'none')), { code: 'ENOENT' });
});
