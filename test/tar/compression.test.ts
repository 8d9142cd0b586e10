import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Compression, decompress, detectCompression } from '../../src/tar/compression.js';
import { streamOf } from '../support/archives.js';
import { NEEDS_ZSTD, zstdFrame } from '../support/zstd.js';

const STARTS: readonly [Compression, readonly number[]][] = [
  ['gzip', [0x1f, 0x8b, 8, 0, 0, 0]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0, 0]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['bzip2', [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18, 0, 0]],
  ['none', [0x6d, 0x61, 0x6e, 0x69, 0x66, 0x65]],
  ['none', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['none', []],
];

for (const [compression, start] of STARTS) {
  test(`bytes that begin with ${start.join(' ')} are compressed with: ${compression}`, () => {
    assert.equal(detectCompression(Uint8Array.from(start)), compression);
  });
}

const TEXT = Buffer.from('plain text, again and again. '.repeat(300));

test('plain and gzipped bytes are given plain, in chunks of any size', async () => {
  for (const bytes of [TEXT, gzipSync(TEXT), TEXT.subarray(0, 3)]) {
    const plain = bytes[0] === 0x1f ? TEXT : bytes;
    for (const chunkSize of [1, 5, 4096]) {
      const input = await decompress(streamOf(bytes.subarray(0), chunkSize), 'x');
      assert.ok((await buffer(input)).equals(plain));
    }
  }
  assert.equal((await buffer(await decompress(Readable.from([]), 'x'))).length, 0);
});

test('zstd is given plain, all its frames, and one that is cut is an error', NEEDS_ZSTD, async () => {
  const packed = Buffer.concat([zstdFrame(TEXT.subarray(0, 99)), zstdFrame(TEXT.subarray(99))]);
  for (const chunkSize of [1, 4096, packed.length]) {
    assert.ok((await buffer(await decompress(streamOf(packed, chunkSize), 'x'))).equals(TEXT));
  }
  await assert.rejects(decompress(streamOf(packed.subarray(0, -1)), 'x').then(buffer), /unexpected end of file/);
});

test('other compressions are refused by their name, and the input is let go', async () => {
  const input = streamOf(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2]));
  await assert.rejects(decompress(input, 'my.tar'), {
    code: 'INPUT_INVALID',
    path: 'my.tar',
    message: 'my.tar is compressed with xz; only gzip and zstd are read',
  });
  assert.equal(input.destroyed, true);
});

test('an error of the input, at its start or later, becomes one of what is given', async () => {
  const failing = (start: Buffer) =>
    Readable.from(
      (function* () {
        if (start.length > 0) yield start;
        throw new Error('disk on fire');
      })(),
      { objectMode: false },
    );
  await assert.rejects(decompress(failing(Buffer.alloc(0)), 'x'), /disk on fire/);
  await assert.rejects(decompress(failing(TEXT), 'x').then(buffer), /disk on fire/);
  await assert.rejects(decompress(failing(gzipSync(TEXT).subarray(0, 50)), 'x').then(buffer), /disk on fire/);
  await assert.rejects(
    decompress(streamOf(gzipSync(TEXT).subarray(0, 50)), 'x').then(buffer),
    /unexpected end of file/,
  );
});

test('whoever stops reading lets go of the input', async () => {
  for (const bytes of [TEXT, gzipSync(TEXT)]) {
    let isClosed = false;
    const input = Readable.from(
      (function* () {
        try {
          for (;;) yield bytes;
        } finally {
          isClosed = true;
        }
      })(),
      { objectMode: false },
    );
    for await (const chunk of await decompress(input, 'x')) if (chunk !== undefined) break;
    await new Promise<void>((resolve) => setImmediate(resolve));
    assert.equal(isClosed, true);
  }
});

test('a tar is a tar, whatever the name of its first entry looks like', () => {
  const start = Buffer.alloc(512);
  start.write('BZh-is-a-name');
  start.write('ustar', 257);
  assert.equal(detectCompression(start), 'none');
});
