import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
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

test('a tree is removed with what another thread writes into it meanwhile', async (t) => {
  const directory = tempDir(t);
  const turn = new Int32Array(new SharedArrayBuffer(4));
  // Fewer files than the tree is removed times, so that the thread comes to its end first.
  const write = `
    import { writeFileSync } from 'node:fs';
    import { workerData } from 'node:worker_threads';
    const { directory, turn, trees } = workerData;
    for (let tree = 0; tree < trees; tree++) {
      Atomics.wait(turn, 0, tree);
      try {
        for (let file = 0; file < 90; file++) writeFileSync(directory + '/' + tree + '/' + file, '');
      } catch {
        // It was removed.
      }
    }`;
  const trees = 40;
  for (let tree = 0; tree < trees; tree++) mkdirSync(join(directory, String(tree)));
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(write)}`), {
    workerData: { directory, turn, trees },
  });
  const ended = once(worker, 'exit');
  for (let tree = 0; tree < trees; tree++) {
    const path = join(directory, String(tree));
    Atomics.store(turn, 0, tree + 1);
    Atomics.notify(turn, 0);
    while (existsSync(path) && !existsSync(join(path, '0'))) await setImmediate();
    removeTree(path);
  }
  await ended;
  assert.deepEqual(readdirSync(directory), []);
});
