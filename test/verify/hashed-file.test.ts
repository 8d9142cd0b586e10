import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../src/oci/digest.js';
import { Contents } from '../../src/verify/contents.js';
import { type HashedFile, isFile } from '../../src/verify/hashed-file.js';

test('a file is hashed to its digest, and a compressed one to its diffID too', async () => {
  const packed = gzipSync('layer');
  const file = await hash('./a/layer.tar', packed);
  assert.deepEqual([file.name, file.size, file.compression], ['a/layer.tar', packed.length, 'gzip']);
  assert.deepEqual([file.digest, file.diffId], [digestOf(packed), digestOf(Buffer.from('layer'))]);
  assert.equal(file.blobDigest, undefined);
  assert.equal(file.document.kind, 'omitted');
});

test('a blob has a digest by the algorithm in its name, unless that is unknown', async () => {
  const bytes = Buffer.from('blob');
  const sha512 = `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
  for (const [name, digest] of [
    ['blobs/sha256/ab', digestOf(bytes)],
    ['blobs/sha512/ab', sha512],
    ['blobs/blake3/ab', undefined],
    ['sha512/ab', undefined],
  ] as const) {
    assert.equal((await hash(name, bytes)).blobDigest, digest, name);
  }
});

test('files with names of documents are kept, whatever they begin with', async () => {
  for (const [name, kind] of [
    ['index.json', 'kept'],
    ['oci-layout', 'kept'],
    ['a/b.json', 'omitted'],
    ['layer.tar', 'omitted'],
  ] as const) {
    assert.equal((await hash(name, Buffer.from('x'))).document.kind, kind, name);
  }
});

test('only regular files are files', () => {
  const types = ['file', 'contiguous-file', 'directory', 'symlink', 'link', undefined];
  assert.deepEqual(
    types.map((type) => isFile({ name: 'a', type, linkName: '' })),
    [true, true, false, false, false, false],
  );
});

/** In chunks of two bytes that share one buffer. */
function hash(name: string, bytes: Buffer): Promise<HashedFile> {
  async function* body(): AsyncGenerator<Uint8Array> {
    const chunk = Buffer.alloc(2);
    for (let at = 0; at < bytes.length; at += 2) yield chunk.subarray(0, bytes.copy(chunk, 0, at));
  }
  return new Contents().hash({ name, type: 'file', linkName: '' }, body());
}
