import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Compression, detectCompression } from '../../src/tar/compression.js';

const STARTS: readonly [Compression, readonly number[]][] = [
  ['gzip', [0x1f, 0x8b, 8, 0, 0, 0]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0, 0]],
  ['zstd', [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0]],
  ['zstd', [0x5f, 0x2a, 0x4d, 0x18]],
  ['none', [0x60, 0x2a, 0x4d, 0x18]],
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

test('a tar is a tar, whatever the name of its first entry looks like', () => {
  const start = Buffer.alloc(512);
  start.write('BZh-is-a-name');
  start.write('ustar', 257);
  assert.equal(detectCompression(start), 'none');
});
