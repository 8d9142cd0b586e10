import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { verifyArchive } from '../../src/verify/verify.js';
import { streamOf } from '../support/archives.js';
import { CURRENT_KIND } from '../support/confs.js';
import { TestLayout } from '../support/layout-files.js';
import { withTempDir } from '../support/temp-dir.js';

const layout = new TestLayout();
const image = layout.image({ layers: [] });
const manifest = layout.files.get(`blobs/sha256/${image.digest.slice(7)}`) ?? assert.fail();

const KINDS: readonly (readonly [what: string, bytes: Uint8Array | string])[] = [
  ['empty', ''],
  ['a conf, not an archive', JSON.stringify({ ...CURRENT_KIND, config: { Labels: { long: 'x'.repeat(3000) } } })],
  ['the index of an OCI image layout, not an archive', layout.list(image).files.get('index.json') ?? assert.fail()],
  ['the manifest of an image, not an archive', manifest],
  ['a JSON document, not an archive', ' [1]'],
  ['a script, not an archive', `#!/bin/sh\n${'true\n'.repeat(200)}`],
  ['not an archive', Buffer.alloc(100_000, 'text ')],
];

for (const [what, content] of KINDS) {
  test(`told apart from archives: ${what}`, async () => {
    const bytes = Buffer.from(content);
    const error = { code: 'INPUT_INVALID', message: `x is ${what}` };
    await assert.rejects(verifyArchive(streamOf(bytes), { name: 'x' }), error);
    await assert.rejects(verifyArchive(streamOf(gzipSync(bytes)), { name: 'x' }), error);
    await withTempDir(async (directory) => {
      const path = join(directory, 'file');
      writeFileSync(path, bytes);
      await assert.rejects(verifyArchive(path, { name: 'x' }), error);
    });
  });
}
