import assert from 'node:assert/strict';
import { closeSync, linkSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { descriptorKey, fileKey } from '../../src/files/file-key.js';
import { withTempDir } from '../support/temp-dir.js';

test('all names of one file have one key, and its descriptor too', () =>
  withTempDir(async (directory) => {
    const path = join(directory, 'file');
    writeFileSync(path, '');
    linkSync(path, join(directory, 'hard'));
    symlinkSync('file', join(directory, 'soft'));
    const fd = openSync(path, 'r');
    const keys = [
      descriptorKey(fd),
      ...(await Promise.all(['file', 'hard', 'soft'].map((n) => fileKey(join(directory, n))))),
    ];
    closeSync(fd);
    assert.equal(new Set(keys).size, 1);
    writeFileSync(join(directory, 'other'), '');
    assert.notEqual(await fileKey(join(directory, 'other')), keys[0]);
  }));

test('two paths to the same missing file have one key', () =>
  withTempDir(async (directory) => {
    symlinkSync('.', join(directory, 'link'));
    assert.equal(await fileKey(join(directory, 'link/new')), await fileKey(join(directory, 'new')));
    assert.notEqual(await fileKey(join(directory, 'newer')), await fileKey(join(directory, 'new')));
  }));
