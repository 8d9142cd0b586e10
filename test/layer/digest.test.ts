import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestCompressed, digestLayer } from '../../src/layer/digest.js';
import { digestOf } from '../../src/oci/digest.js';
import type { FileContent, FileForm } from '../../src/scan/spec.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

const PLAIN = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7) % 251));
const GZIPPED = gzipSync(PLAIN);

test("a tree's digest is that of its tar, and all its bytes are counted", () =>
  withTempDir(async (root) => {
    writeFileSync(join(makeStore(root), 'a'), PLAIN);
    const content = scan(specOf(root, ['a']));
    let count = 0;
    const diffId = await digestLayer(content, { onBytes: (bytes) => (count += bytes) });
    assert.equal(diffId, digestOf(layerBytes(content)));
    assert.equal(count, content.size);
  }));

test('a compressed layer has the digest of its tar; a tar that looks compressed has its own', async () => {
  await withFile(GZIPPED, 'gzip', async (content) => assert.equal(await digestLayer(content), digestOf(PLAIN)));
  await withFile(GZIPPED, 'tar', async (content) => assert.equal(await digestLayer(content), digestOf(GZIPPED)));
});

test('one reading of a compressed layer gives both digests, and each of its bytes', () =>
  withFile(gzipSync(PLAIN, { level: 0 }), 'gzip', async (content) => {
    const [chunks, counts]: [Buffer[], number[]] = [[], []];
    const found = await digestCompressed(content, {
      onChunk: (chunk) => chunks.push(Buffer.from(chunk)),
      onBytes: (count) => counts.push(count),
    });
    const bytes = Buffer.concat(chunks);
    assert.ok(bytes.equals(gzipSync(PLAIN, { level: 0 })));
    assert.deepEqual(found, { digest: digestOf(bytes), diffId: digestOf(PLAIN) });
    assert.deepEqual(
      counts,
      chunks.map(({ length }) => length),
    );
  }));

test('a layer that cannot be decompressed is an error that names its file', () =>
  withFile(GZIPPED.subarray(0, -20), 'gzip', async (content) => {
    const { path } = content;
    const message = new RegExp(`^a layer of ${path} cannot be decompressed: `);
    await assert.rejects(digestLayer(content), { code: 'INPUT_INVALID', path, message });
  }));

test('a compressed layer that became shorter has no digest', () =>
  withFile(GZIPPED, 'gzip', async (content) => {
    truncateSync(content.path, 20);
    await assert.rejects(digestLayer(content), { code: 'PATH_CHANGED', path: content.path });
  }));

function withFile(bytes: Buffer, form: FileForm, action: (content: FileContent) => Promise<void>): Promise<void> {
  return withTempDir(async (directory) => {
    const path = join(directory, 'layer');
    writeFileSync(path, bytes);
    const fd = openSync(path, 'r');
    try {
      const { dev: device, ino: inode, ctimeNs: ctime } = fstatSync(fd, { bigint: true });
      await action({ kind: 'file', form, fd, offset: 0, size: bytes.length, device, inode, ctime, path });
    } finally {
      closeSync(fd);
    }
  });
}
