import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { compressedBound } from '../../src/compression/block-codec.js';
import { makeCodec } from '../../src/compression/codec.js';
import { blobBytes, compressWhole, makeBytes, SETTINGS, WITHOUT_ZSTD } from '../support/blobs.js';
import { requireTool } from '../support/cli-tools.js';
import { DECODERS, decode, decodeWith } from '../support/decoders.js';

test('zstd is among the settings that are tested here', { skip: WITHOUT_ZSTD }, () => {
  assert.ok(SETTINGS.some(({ kind }) => kind === 'zstd'));
});

for (const setting of SETTINGS) {
  const { kind, level } = setting;
  const { blockSize, compress } = makeCodec(setting);

  test(`${kind}:${level} decompresses to what went in`, () => {
    const numRuns = level === 19 ? 5 : 30;
    fc.assert(
      fc.property(blobBytes(blockSize, kind === 'gzip' ? 4 : 2), (bytes) => {
        assert.ok(decode(kind, compressWhole(setting, bytes)).equals(bytes));
      }),
      { numRuns },
    );
  });

  test(`${kind}:${level} keeps a block that does not compress within the bound`, () => {
    const noise = makeBytes({ size: blockSize, seed: 77, noise: 1 });
    const compressed = compress(noise, undefined);
    assert.ok(compressed.length > blockSize && compressed.length <= compressedBound(blockSize));
  });

  for (const { name, probe, command } of DECODERS.filter((decoder) => decoder.kind === kind)) {
    test(`${name} reads ${kind}:${level}`, (t) => {
      if (!requireTool(t, probe, 'to decompress')) return;
      for (const size of [0, 1, 2 * blockSize + 1000]) {
        const bytes = makeBytes({ size, seed: 5, noise: 0.3 });
        assert.ok(decodeWith(command, compressWhole(setting, bytes)).equals(bytes));
      }
    });
  }
}

test('a gzip is one member that names no time, file or system, and a block refers to the block before it', () => {
  const { blockSize } = makeCodec({ kind: 'gzip', level: 6 });
  const noise = makeBytes({ size: 16_384, seed: 3, noise: 1 });
  const bytes = Buffer.concat([Buffer.alloc(blockSize - noise.length), noise, noise]);
  const gzip = compressWhole({ kind: 'gzip', level: 6 }, bytes);
  assert.equal(gzip.toString('hex', 0, 10), '1f8b08000000000000ff');
  assert.equal(gzip.readUInt32LE(gzip.length - 8), crc32(bytes));
  assert.equal(gzip.readUInt32LE(gzip.length - 4), bytes.length);
  assert.ok(gzip.length < noise.length * 1.1);
});

test('a gzip of more than 4 GiB has its size modulo 2^32, as the format says', () => {
  const frame = makeCodec({ kind: 'gzip', level: 1 }).startFrame();
  const chunk = Buffer.alloc(2 ** 30);
  for (let i = 0; i < 4; i++) frame.update(chunk);
  frame.update(chunk.subarray(0, 5));
  assert.equal(Buffer.from(frame.tail()).readUInt32LE(6), 5);
});
