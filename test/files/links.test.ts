import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { linkTarget } from '../../src/files/links.js';
import { tempDir } from '../support/temp-dir.js';

test('a link has a target, whether it is there or not; nothing else has one', (t) => {
  const directory = tempDir(t);
  const [link, file] = [join(directory, 'link'), join(directory, 'file')];
  symlinkSync('nowhere', link);
  writeFileSync(file, '');
  assert.equal(linkTarget(link), 'nowhere');
  assert.equal(linkTarget(Buffer.from(link)), 'nowhere');
  for (const path of [file, directory, join(directory, 'gone'), join(file, 'below')])
    assert.equal(linkTarget(path), undefined);
  assert.throws(() => linkTarget('x'.repeat(5000)), { code: 'ENAMETOOLONG' });
});
