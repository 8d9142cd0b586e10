import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { statIfThere } from '../../src/files/stat.js';
import { tempDir } from '../support/temp-dir.js';

test('a path is looked at through links, and may lead to nothing', (t) => {
  const directory = tempDir(t);
  mkdirSync(join(directory, 'real'));
  symlinkSync('real', join(directory, 'link'));
  symlinkSync('gone', join(directory, 'broken'));
  assert.equal(statIfThere(join(directory, 'link'))?.isDirectory(), true);
  for (const name of ['none', 'none/below', 'broken']) assert.equal(statIfThere(join(directory, name)), undefined);
});

test('a path below a file is a failure, and not nothing', (t) => {
  const directory = tempDir(t);
  writeFileSync(join(directory, 'file'), '');
  assert.throws(() => statIfThere(join(directory, 'file/below')), { code: 'ENOTDIR' });
});
