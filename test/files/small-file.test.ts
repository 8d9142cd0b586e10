import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSmallFile } from '../../src/files/small-file.js';
import { openDescriptors } from '../support/descriptors.js';
import { withTempDir } from '../support/temp-dir.js';

test('a small file is read only if it is a regular one of a size that is allowed', () =>
  withTempDir((directory) => {
    const read = (name: string, links: 'follow' | 'refuse' = 'refuse') =>
      readSmallFile(join(directory, name), { maxSize: 4, links });
    writeFileSync(join(directory, 'file'), 'four');
    writeFileSync(join(directory, 'large'), 'fives');
    symlinkSync('file', join(directory, 'link'));
    mkdirSync(join(directory, 'folder'));
    execFileSync('mkfifo', [join(directory, 'fifo')]);
    for (const found of [read('file'), read('link', 'follow')]) {
      assert.equal(found.kind === 'read' ? found.bytes.toString() : found.kind, 'four');
    }
    assert.deepEqual(read('none'), { kind: 'missing' });
    assert.deepEqual(read('large'), { kind: 'refused', fault: 'has 5 bytes, more than 4' });
    assert.deepEqual(read('link'), { kind: 'refused', fault: 'is a symbolic link, not a regular file' });
    for (const name of ['folder', 'fifo']) {
      assert.deepEqual(read(name), { kind: 'refused', fault: 'is not a regular file' });
    }
    assert.deepEqual(openDescriptors(directory), []);
  }));
