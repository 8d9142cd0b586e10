/** Verifies a layout in each way that it may be stored. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { VerifyReport } from '../../src/verify/report.js';
import { verifyArchive, verifyLayout } from '../../src/verify/verify.js';
import { makeArchive, streamOf } from './archives.js';
import type { TestLayout } from './layout-files.js';
import { withTempDir } from './temp-dir.js';

/** Reads a layout as a directory and as an archive, plain and gzipped, a file and a stream: all must report the same. */
export async function verifyEachWay(layout: TestLayout): Promise<VerifyReport> {
  const report = await withTempDir((directory) => verifyLayout(layout.writeTo(directory)));
  const sorted = [...layout.members].sort((a, b) => (a.name < b.name ? -1 : 1));
  const archive = await makeArchive(sorted);
  for (const bytes of [archive, gzipSync(archive)]) {
    assert.deepEqual(await verifyArchive(streamOf(bytes)), report);
    const fromFile = await withTempDir((directory) => {
      const path = join(directory, 'layout.tar');
      writeFileSync(path, bytes);
      return verifyArchive(path);
    });
    assert.deepEqual(fromFile, report);
  }
  return report;
}

/** The text with `MANIFEST` and `CONFIG` in place of the names of an image's blobs. */
export function anonymous(layout: TestLayout, text: string): string {
  let result = text;
  for (const [name, bytes] of layout.files) {
    if (!name.startsWith('blobs/')) continue;
    const content = bytes.toString();
    if (content.includes('"rootfs"')) result = result.replaceAll(name, 'CONFIG');
    else if (content.includes('"layers"') && content.includes('"schemaVersion"'))
      result = result.replaceAll(name, 'MANIFEST');
  }
  return result;
}
