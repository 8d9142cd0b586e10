import assert from 'node:assert/strict';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commitFile, replaceFile, touch, writeNewFile } from '../../src/files/whole-file.js';
import { tempDir } from '../support/temp-dir.js';

const BYTES = Buffer.from('all of it');

test('a new file has its bytes and its mode, and does not replace what is there', (t) => {
  const path = join(tempDir(t), 'file');
  writeNewFile(path, BYTES, { mode: 0o600, durability: 'synced' });
  assert.deepEqual(readFileSync(path), BYTES);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.throws(() => writeNewFile(path, Buffer.from('other')), { code: 'EEXIST' });
  assert.deepEqual(readFileSync(path), BYTES);
});

test('a new file is not written through a link that leads to nothing', (t) => {
  const directory = tempDir(t);
  symlinkSync('target', join(directory, 'link'));
  assert.throws(() => writeNewFile(join(directory, 'link'), BYTES), { code: 'EEXIST' });
  assert.deepEqual(readdirSync(directory), ['link']);
});

for (const durability of ['synced', 'unsynced'] as const) {
  test(`a file or a link is replaced by a whole file, and its target left alone: ${durability}`, (t) => {
    const directory = tempDir(t);
    const at = (name: string): string => join(directory, name);
    writeFileSync(at('file'), 'old');
    symlinkSync('file', at('link'));
    replaceFile(at('link'), BYTES, { temporary: at('temporary'), durability });
    assert.ok(lstatSync(at('link')).isFile());
    assert.equal(readFileSync(at('file'), 'utf8'), 'old');
    replaceFile(at('file'), BYTES, { temporary: at('temporary'), durability });
    assert.deepEqual(readFileSync(at('file')), BYTES);
    assert.deepEqual(readdirSync(directory).sort(), ['file', 'link']);
  });
}

test('a directory is not replaced, and the temporary file is gone', (t) => {
  const directory = tempDir(t);
  mkdirSync(join(directory, 'place'));
  const temporary = join(directory, 'temporary');
  assert.throws(() => replaceFile(join(directory, 'place'), BYTES, { temporary }), { code: 'EISDIR' });
  assert.deepEqual(readdirSync(directory), ['place']);
});

test('a file gets its final name, in place of what had it', async (t) => {
  const directory = tempDir(t);
  const [temporary, path] = [join(directory, 'temporary'), join(directory, 'file')];
  writeFileSync(temporary, BYTES);
  writeFileSync(path, 'old');
  await commitFile(temporary, path);
  assert.deepEqual(readFileSync(path), BYTES);
  assert.deepEqual(readdirSync(directory), ['file']);
  await assert.rejects(commitFile(temporary, path), { code: 'ENOENT' });
});

test('touched is what is at the path, not what a link leads to', (t) => {
  const directory = tempDir(t);
  const [file, link] = [join(directory, 'file'), join(directory, 'link')];
  writeFileSync(file, '');
  utimesSync(file, 1, 1);
  symlinkSync('file', link);
  touch(link);
  assert.equal(statSync(file).mtimeMs, 1000);
  assert.equal(readlinkSync(link), 'file');
  touch(file);
  assert.ok(statSync(file).mtimeMs > 1000);
});
