/** Directories with files that belong to no layout, and what is left open after reading them. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { verifyLayout } from '../../src/verify/verify.js';
import { makeFifo, makeSocket } from '../support/cli-special-files.js';
import { requireTool } from '../support/cli-tools.js';
import { LAYER, nameOf, TestLayout } from '../support/layout-files.js';
import { tempDir } from '../support/temp-dir.js';

const BYTES = Buffer.from('one');
const BLOB = nameOf(digestOf(BYTES));

test('a blob that is a link is not followed, out of the layout or within', async (t) => {
  const directory = write(t);
  const outside = join(tempDir(t), 'outside');
  writeFileSync(outside, BYTES);
  for (const target of [outside, '../../index.json', 'nowhere']) {
    rmSync(join(directory, BLOB));
    symlinkSync(target, join(directory, BLOB));
    assert.deepEqual(await mismatches(directory), [`${BLOB} is a symbolic link, which is not followed`]);
  }
});

test('a folder that is a link is not followed', async (t) => {
  const directory = write(t);
  const outside = tempDir(t);
  for (const folder of ['blobs/sha256', 'blobs']) {
    const moved = join(outside, folder.replace('/', '-'));
    renameSync(join(directory, folder), moved);
    symlinkSync(moved, join(directory, folder));
    const [link, ...rest] = await mismatches(directory);
    assert.equal(link, `${folder} is a symbolic link, which is not followed`);
    assert.equal(rest.length, 1);
    assert.match(String(rest[0]), /^index\.json manifests\[0\]: the blob .+ is missing$/);
    rmSync(join(directory, folder));
    renameSync(moved, join(directory, folder));
  }
});

test('documents that are links are not followed', async (t) => {
  const directory = write(t);
  for (const name of ['oci-layout', 'index.json']) {
    const moved = join(tempDir(t), name);
    renameSync(join(directory, name), moved);
    symlinkSync(moved, join(directory, name));
    assert.deepEqual(await mismatches(directory), [`${name} is a symbolic link, which is not followed`]);
    rmSync(join(directory, name));
    renameSync(moved, join(directory, name));
  }
});

test('a fifo, a socket or a folder in the place of a blob is reported, and nothing waits for it', async (t) => {
  const directory = write(t);
  const path = join(directory, BLOB);
  for (const [kind, make] of [
    ['fifo', makeFifo],
    ['socket', makeSocket],
    ['directory', mkdirSync],
  ] as const) {
    rmSync(path, { recursive: true });
    make(path);
    assert.deepEqual(await mismatches(directory), [`${BLOB} is no file, but a ${kind}`]);
  }
});

test('a blob that cannot be read is reported, and hides no other fault', async (t) => {
  // Root may read all files, but not even root can open a device that has no driver.
  const directory = write(t);
  const path = join(directory, BLOB);
  rmSync(path);
  if (!requireTool(t, ['mknod', path, 'c', '0', '0'], 'to make a device')) return;
  assert.deepEqual(await mismatches(directory), [`${BLOB} is no file, but a device`]);
});

test('what is no part of a layout is not read', async (t) => {
  const directory = write(t);
  makeFifo(join(directory, 'fifo'));
  mkdirSync(join(directory, 'other'));
  makeFifo(join(directory, 'other', 'a.json'));
  writeFileSync(join(directory, 'blobs', 'README'), 'text');
  writeFileSync(join(directory, 'blobs', 'sha256', '.tmp'), 'text');
  const report = await verifyLayout(directory);
  assert.deepEqual(report.mismatches, []);
  assert.deepEqual(report.notes, ['blobs/README is reached by nothing', 'blobs/sha256/.tmp is reached by nothing']);
});

test('mismatches come in one order, however many files are read at the same time', async (t) => {
  const directory = write(t);
  const names = Array.from({ length: 40 }, (_, i) => `blobs/sha256/${String(i).padStart(64, '0')}`);
  for (const [i, name] of [...names.entries()].reverse()) {
    writeFileSync(join(directory, name), Buffer.alloc(((i * 7919) % 13) * 10_000, 'x'));
  }
  const found = await mismatches(directory);
  assert.deepEqual(
    found.map((mismatch) => mismatch.split(' ')[0]),
    names,
  );
});

test('a directory that is no layout is an error, and so is none at all', async (t) => {
  const directory = tempDir(t);
  writeFileSync(join(directory, 'manifest.json'), '[]');
  await assert.rejects(verifyLayout(directory), {
    code: 'INPUT_INVALID',
    path: directory,
    message: `${directory} is no OCI image layout: it has neither oci-layout nor index.json`,
  });
  await assert.rejects(verifyLayout(join(directory, 'none')), {
    code: 'READ_FAILED',
    message: `${join(directory, 'none')} cannot be read: ENOENT: no such file or directory`,
  });
});

function write(t: TestContext): string {
  const layout = new TestLayout();
  layout.list(layout.image({ layers: [{ bytes: BYTES, mediaType: LAYER }] }));
  return layout.writeTo(tempDir(t));
}

async function mismatches(directory: string): Promise<readonly string[]> {
  return (await verifyLayout(directory)).mismatches;
}
