import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { discardFile, removeEmptyDirectory, removeFile, removeTree } from '../../src/files/remove.js';
import { tempDir } from '../support/temp-dir.js';

test('a file is removed, and may be gone already', (t) => {
  const path = join(tempDir(t), 'file');
  writeFileSync(path, '');
  removeFile(path);
  assert.ok(!existsSync(path));
  removeFile(path);
});

test('what is no file is not removed as one; after a failure that is passed over', (t) => {
  const path = join(tempDir(t), 'directory');
  mkdirSync(path);
  assert.throws(() => removeFile(path), { syscall: 'unlink' });
  discardFile(path);
  assert.ok(existsSync(path));
});

test('a directory is removed when it is empty, else left, and may be gone already', (t) => {
  const path = join(tempDir(t), 'directory');
  mkdirSync(join(path, 'empty'), { recursive: true });
  removeEmptyDirectory(path);
  assert.ok(existsSync(path));
  removeEmptyDirectory(join(path, 'empty'));
  removeEmptyDirectory(path);
  assert.ok(!existsSync(path));
  removeEmptyDirectory(path);
});

test('a file in the place of a directory is an error', (t) => {
  const path = join(tempDir(t), 'file');
  writeFileSync(path, '');
  assert.throws(() => removeEmptyDirectory(path), { code: 'ENOTDIR' });
  assert.ok(existsSync(path));
});

test('a tree is removed with all in it, but not what its links lead to', (t) => {
  const directory = tempDir(t);
  const [tree, kept] = [join(directory, 'tree'), join(directory, 'kept')];
  mkdirSync(join(tree, 'a/b'), { recursive: true });
  mkdirSync(kept);
  writeFileSync(join(kept, 'file'), 'kept');
  symlinkSync(kept, join(tree, 'a/link'));
  removeTree(tree);
  assert.ok(!existsSync(tree));
  assert.equal(readFileSync(join(kept, 'file'), 'utf8'), 'kept');
  removeTree(tree);
});
