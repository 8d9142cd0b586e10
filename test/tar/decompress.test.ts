import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Deferred } from '../../src/ground/deferred.js';
import { Decompressor, decompress, isReadable, layerCompressionFault } from '../../src/tar/decompress.js';
import { streamOf } from '../support/archives.js';
import { NEEDS_ZSTD, skippableFrame, zstdFrame } from '../support/zstd.js';

const TEXT = Buffer.from('plain text, again and again. '.repeat(300));

test('a stream of plain or gzipped bytes gives plain bytes, in chunks of any size', async () => {
  for (const bytes of [TEXT, gzipSync(TEXT), TEXT.subarray(0, 3)]) {
    const plain = bytes[0] === 0x1f ? TEXT : bytes;
    for (const chunkSize of [1, 5, 4096]) {
      const input = await decompress(streamOf(bytes.subarray(0), chunkSize), 'x');
      assert.ok((await buffer(input)).equals(plain));
    }
  }
  assert.equal((await buffer(await decompress(Readable.from([]), 'x'))).length, 0);
});

test('a stream of zstd gives all its frames decompressed, and fails if one is cut', NEEDS_ZSTD, async () => {
  const packed = Buffer.concat([zstdFrame(TEXT.subarray(0, 99)), zstdFrame(TEXT.subarray(99))]);
  for (const chunkSize of [1, 4096, packed.length]) {
    assert.ok((await buffer(await decompress(streamOf(packed, chunkSize), 'x'))).equals(TEXT));
  }
  await assert.rejects(decompress(streamOf(packed.subarray(0, -1)), 'x').then(buffer), /unexpected end of file/);
});

test('a stream that begins with a skippable frame is zstd', NEEDS_ZSTD, async () => {
  const packed = Buffer.concat([skippableFrame(Buffer.from('sizes')), zstdFrame(TEXT)]);
  assert.ok((await buffer(await decompress(streamOf(packed), 'x'))).equals(TEXT));
});

test('what is read of layers: gzip, and zstd where this Node.js has it', () => {
  for (const compression of ['none', 'gzip'] as const) assert.equal(layerCompressionFault(compression), undefined);
  assert.equal(layerCompressionFault('xz'), 'compressed with xz; only gzip and zstd are read');
  assert.equal(isReadable('xz'), false);
  const fault = `compressed with zstd, which Node.js reads from 22.15 on; this is ${process.versions.node}`;
  assert.equal(layerCompressionFault('zstd'), NEEDS_ZSTD.skip ? fault : undefined);
  assert.equal(isReadable('zstd'), !NEEDS_ZSTD.skip);
});

test('a stream of another compression is refused by its name, and its input is closed', async () => {
  const input = streamOf(Buffer.from([0x04, 0x22, 0x4d, 0x18, 0, 1, 2]));
  await assert.rejects(decompress(input, 'my.tar'), {
    code: 'INPUT_INVALID',
    path: 'my.tar',
    message: 'my.tar is compressed with lz4; only gzip, zstd, xz and bzip2 are read',
  });
  assert.equal(input.destroyed, true);
});

test('an error of the input, at its start or later, becomes an error of the result', async () => {
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

test('the input is closed when nobody reads on', async () => {
  for (const bytes of [TEXT, gzipSync(TEXT)]) {
    const closed = new Deferred<void>();
    const input = Readable.from(
      (function* () {
        try {
          for (;;) yield bytes;
        } finally {
          closed.resolve();
        }
      })(),
      { objectMode: false },
    );
    for await (const chunk of await decompress(input, 'x')) if (chunk !== undefined) break;
    await closed.promise;
  }
});

test('a decompressor gives what chunks hold, whose buffer may be used again after each write', async () => {
  const chunk = Buffer.alloc(7);
  const parts: Buffer[] = [];
  const decompressor = new Decompressor('gzip', (bytes) => parts.push(Buffer.from(bytes)));
  const packed = Buffer.concat([gzipSync(TEXT), gzipSync('end'), Buffer.alloc(20)]);
  for (let at = 0; at < packed.length; at += chunk.length) {
    const length = packed.copy(chunk, 0, at);
    await decompressor.write(chunk.subarray(0, length));
  }
  assert.equal(await decompressor.finish(), undefined);
  assert.equal(Buffer.concat(parts).toString(), `${TEXT}end`);
});

test('a decompressor takes broken bytes to their end, and reports the fault there', async () => {
  const broken = {
    'broken gzip: other bytes follow its end': Buffer.concat([gzipSync(TEXT), Buffer.from('\0\0x')]),
    'broken gzip: unexpected end of file': gzipSync(TEXT).subarray(0, -1),
    'broken gzip: incorrect header check': Buffer.from('no gzip at all'),
  };
  for (const [fault, bytes] of Object.entries(broken)) {
    const decompressor = new Decompressor('gzip', () => {});
    for (const byte of bytes) await decompressor.write(Uint8Array.of(byte));
    assert.equal(await decompressor.finish(), fault);
  }
});
