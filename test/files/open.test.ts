import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { closeFile, openNoLink, openRegularFile } from '../../src/files/open.js';
import { openDescriptors } from '../support/descriptors.js';
import { tempDir } from '../support/temp-dir.js';

test('a regular file is opened, also through a link that is followed, and by a name of bytes', (t) => {
  const { directory, at } = makeFiles(t);
  for (const path of [at('file'), at('link'), Buffer.from(at('file'))]) {
    const fd = openRegularFile(path, { links: 'follow' }) ?? assert.fail();
    assert.equal(readFileSync(fd, 'utf8'), 'text');
    closeFile(fd);
  }
  assert.deepEqual(openDescriptors(directory), []);
});

test('a link that is refused, and a path to nothing, are errors', (t) => {
  const { at } = makeFiles(t);
  assert.throws(() => openRegularFile(at('link'), { links: 'refuse' }), { code: 'ELOOP' });
  assert.throws(() => openNoLink(at('link')), { code: 'ELOOP' });
  assert.throws(() => openRegularFile(at('none'), { links: 'follow' }), { code: 'ENOENT' });
});

test('what is no regular file is not opened, and nothing stays open; a fifo blocks nobody', (t) => {
  const { directory, at } = makeFiles(t);
  for (const name of ['directory', 'fifo']) assert.equal(openRegularFile(at(name), { links: 'refuse' }), undefined);
  assert.deepEqual(openDescriptors(directory), []);
});

test('a file of any kind is opened where it is asked for', (t) => {
  const { at } = makeFiles(t);
  const [directory, fifo] = [openNoLink(at('directory')), openNoLink(at('fifo'))];
  assert.ok(fstatSync(directory).isDirectory());
  assert.ok(fstatSync(fifo).isFIFO());
  for (const fd of [directory, fifo]) closeSync(fd);
});

/** One file of each kind, in a directory of their own. */
function makeFiles(t: TestContext): { directory: string; at(name: string): string } {
  const directory = tempDir(t);
  const at = (name: string): string => join(directory, name);
  writeFileSync(at('file'), 'text');
  symlinkSync('file', at('link'));
  mkdirSync(at('directory'));
  execFileSync('mkfifo', [at('fifo')]);
  return { directory, at };
}
