import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkLayoutPlace } from '../../src/layout/place.js';
import { tempDir } from '../support/temp-dir.js';

test('what is missing, empty or a layout is a place, also behind a link; nothing is made', async (t) => {
  const directory = tempDir(t);
  mkdirSync(join(directory, 'empty'));
  symlinkSync('empty', join(directory, 'link'));
  for (const name of ['a', 'a/b/c', 'empty', 'empty/', 'link', 'link/a']) {
    await checkLayoutPlace(join(directory, name));
  }
  assert.deepEqual(readdirSync(directory).sort(), ['empty', 'link']);
  await checkLayoutPlace('no-such-directory-here');
});

test('something else is not one', async (t) => {
  const directory = tempDir(t);
  const file = join(directory, 'file');
  writeFileSync(file, '');
  await assert.rejects(checkLayoutPlace(file), { code: 'LAYOUT_INVALID', message: `${file} is not a directory` });
  await assert.rejects(checkLayoutPlace(directory), {
    code: 'LAYOUT_INVALID',
    message: `${directory} is not empty, and has no oci-layout`,
  });
  const below = join(file, 'a/b');
  await assert.rejects(checkLayoutPlace(below), {
    code: 'USAGE',
    path: below,
    message: `${below} cannot be written: ${file} is not a directory`,
  });
});
