import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { foundForm } from '../../src/layer/found-form.js';
import type { FilePart } from '../../src/scan/spec.js';
import { withTempDir } from '../support/temp-dir.js';
import { NEEDS_ZSTD } from '../support/zstd.js';

const ZSTD = Buffer.from('28b52ffd0400010000', 'hex');

test('the first bytes show whether a tar is compressed', () =>
  withPart(gzipSync('a tar'), (part) => assert.equal(foundForm(part, 'x'), 'gzip')));

test('what no compression begins with is a tar, however short', async () => {
  for (const text of ['', '\x1f', 'a tar'])
    await withPart(Buffer.from(text, 'latin1'), (part) => assert.equal(foundForm(part, 'x'), 'tar'));
});

test('only the part is looked at, not what is before it in the file', () =>
  withPart(Buffer.concat([gzipSync(''), Buffer.alloc(1024)]), (part) => {
    const before = gzipSync('').length;
    assert.equal(foundForm({ ...part, offset: before, size: 1024 }, 'x'), 'tar');
    assert.equal(foundForm(part, 'x'), 'gzip');
  }));

test('zstd is found where this Node.js reads it', NEEDS_ZSTD, () =>
  withPart(ZSTD, (part) => assert.equal(foundForm(part, 'x'), 'zstd')),
);

test('a compression that is not read is refused by its name', async () => {
  const refused = (bytes: Buffer, message: RegExp) =>
    withPart(bytes, (part) => assert.throws(() => foundForm(part, 'it'), { code: 'INPUT_INVALID', message }));
  await refused(
    Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
    /^it is compressed with xz; only gzip and zstd are read$/,
  );
  if (NEEDS_ZSTD.skip) await refused(ZSTD, /^it is compressed with zstd, which Node.js reads from 22\.15 on; this is /);
});

function withPart(bytes: Buffer, action: (part: FilePart) => void): Promise<void> {
  return withTempDir((directory) => {
    const path = join(directory, 'layer');
    writeFileSync(path, bytes);
    const fd = openSync(path, 'r');
    try {
      const { dev: device, ino: inode, ctimeNs: ctime } = fstatSync(fd, { bigint: true });
      action({ kind: 'file', fd, offset: 0, size: bytes.length, device, inode, ctime, path });
    } finally {
      closeSync(fd);
    }
  });
}
