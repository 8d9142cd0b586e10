import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ContentDigest, type ContentResult } from '../../src/layer/content-digest.js';
import { digestOf } from '../../src/oci/digest.js';
import { NEEDS_ZSTD, skippableFrame, zstdFrame } from '../support/zstd.js';

const TEXT = Buffer.from('some bytes, and some more of them. '.repeat(10_000));

test('plain bytes are what they hold', async () => {
  const digest = digestOf(TEXT);
  assert.deepEqual(await digestAll([TEXT]), {
    digest,
    size: TEXT.length,
    compression: 'none',
    diffId: digest,
    plainSize: TEXT.length,
    fault: undefined,
  });
  const empty = digestOf(Buffer.alloc(0));
  assert.deepEqual(await digestAll([]), {
    digest: empty,
    size: 0,
    compression: 'none',
    diffId: empty,
    plainSize: 0,
    fault: undefined,
  });
});

test('gzip has its own digest and that of what it holds, also if it has several members', async () => {
  for (const packed of [gzipSync(TEXT), Buffer.concat([gzipSync(TEXT.subarray(0, 77)), gzipSync(TEXT.subarray(77))])]) {
    assert.deepEqual(await digestAll([packed]), {
      digest: digestOf(packed),
      size: packed.length,
      compression: 'gzip',
      diffId: digestOf(TEXT),
      plainSize: TEXT.length,
      fault: undefined,
    });
  }
});

test('chunks may be cut anywhere', async () => {
  const packed = gzipSync(TEXT);
  const place = fc.oneof(fc.nat(8), fc.nat(packed.length));
  await fc.assert(
    fc.asyncProperty(fc.array(place, { maxLength: 10 }), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), packed.length];
      const result = await digestAll(places.map((place, i) => packed.subarray(place, places[i + 1])));
      assert.deepEqual([result.digest, result.diffId], [digestOf(packed), digestOf(TEXT)]);
    }),
    { numRuns: 50 },
  );
});

const FALSE_CRC = Buffer.concat([gzipSync(TEXT).subarray(0, -8), Buffer.alloc(4), gzipSync(TEXT).subarray(-4)]);

const BROKEN: readonly [name: string, bytes: Buffer, fault: RegExp][] = [
  ['cut gzip', gzipSync(TEXT).subarray(0, -20), /^broken gzip: unexpected end of file/],
  ['gzip with a false checksum', FALSE_CRC, /^broken gzip: incorrect data check/],
  ['gzip of nonsense', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), /^broken gzip/],
  ['gzip with other bytes after it', Buffer.concat([gzipSync(TEXT), Buffer.from('more')]), /^broken gzip: incorrect/],
  [
    'gzip with zeros and other bytes after it',
    Buffer.concat([gzipSync(TEXT), Buffer.alloc(9), Buffer.from('more')]),
    /^broken gzip: other bytes follow its end$/,
  ],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), /^compressed with xz; only gzip and zstd are read$/],
];

for (const [name, bytes, fault] of BROKEN) {
  test(`${name} has a digest, and a fault in place of a diffID`, async () => {
    const result = await digestAll([bytes]);
    assert.deepEqual([result.digest, result.diffId], [digestOf(bytes), undefined]);
    assert.match(result.fault ?? '', fault);
  });
}

test('a gzip with zeros and then other bytes after it is broken, however it is cut', async () => {
  const result = await digestAll([gzipSync(TEXT), Buffer.alloc(100_000), Buffer.alloc(3), gzipSync(TEXT)]);
  assert.deepEqual([result.diffId, result.fault], [undefined, 'broken gzip: other bytes follow its end']);
});

test('a Node.js that cannot read zstd is reported', { skip: NEEDS_ZSTD.skip === false && 'reads zstd' }, async () => {
  const result = await digestAll([zstdFrame(TEXT)]);
  assert.deepEqual(result, {
    digest: digestOf(zstdFrame(TEXT)),
    size: zstdFrame(TEXT).length,
    plainSize: undefined,
    compression: 'zstd',
    diffId: undefined,
    fault: `compressed with zstd, which Node.js reads from 22.15 on; this is ${process.versions.node}`,
  });
});

test('zstd is read whole: all its frames, those to be skipped too, in chunks of any size', NEEDS_ZSTD, async () => {
  const parts = [TEXT.subarray(0, 77), TEXT.subarray(77, 200_000), Buffer.alloc(0), TEXT.subarray(200_000)];
  const frames = parts.map(zstdFrame);
  const packed = Buffer.concat([...frames.slice(0, 2), skippableFrame(Buffer.alloc(99)), ...frames.slice(2)]);
  for (const size of [61, 999, packed.length]) {
    const chunks = Array.from({ length: Math.ceil(packed.length / size) }, (_, i) =>
      packed.subarray(i * size, (i + 1) * size),
    );
    assert.deepEqual(await digestAll(chunks), {
      digest: digestOf(packed),
      size: packed.length,
      plainSize: TEXT.length,
      compression: 'zstd',
      diffId: digestOf(TEXT),
      fault: undefined,
    });
  }
});

test('zstd that is cut, or followed by other bytes, or nonsense, has a fault', NEEDS_ZSTD, async () => {
  const whole = zstdFrame(TEXT);
  const [noBlock, badBlock] = [Buffer.alloc(3), Buffer.from(whole)];
  noBlock.writeUIntLE(1 | (3 << 1), 0, 3);
  // Claims to be compressed.
  badBlock[6] = (badBlock[6] ?? 0) | 4;
  for (const [bytes, fault] of [
    [whole.subarray(0, -1), /^broken zstd: unexpected end of file$/],
    [Buffer.concat([whole, whole.subarray(0, 7)]), /^broken zstd: unexpected end of file$/],
    [Buffer.concat([whole, Buffer.from('more')]), /^broken zstd: other bytes follow the end of a frame$/],
    [Buffer.concat([whole.subarray(0, 6), noBlock]), /^broken zstd: a block is of the reserved type$/],
    [badBlock, /^broken zstd: (?!unexpected)/],
  ] as const) {
    const result = await digestAll([bytes]);
    assert.deepEqual([result.digest, result.diffId], [digestOf(bytes), undefined]);
    assert.match(result.fault ?? '', fault);
  }
});

test('zeros after a gzip are no part of what it holds', async () => {
  const result = await digestAll([gzipSync(TEXT), Buffer.alloc(512), Buffer.alloc(100_000)]);
  assert.deepEqual([result.diffId, result.fault], [digestOf(TEXT), undefined]);
});

test('a chunk may be overwritten when it was taken', async () => {
  const packed = gzipSync(TEXT);
  const digest = new ContentDigest();
  for (let at = 0; at < packed.length; at += 3) {
    const chunk = Buffer.from(packed.subarray(at, at + 3));
    await digest.update(chunk);
    chunk.fill(0);
  }
  assert.equal((await digest.finish()).diffId, digestOf(TEXT));
});

test('a broken gzip still has the digest of its bytes', async () => {
  const chunks = [
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    Buffer.alloc(300_000),
    TEXT,
  ];
  const result = await digestAll(chunks);
  assert.deepEqual([result.digest, result.diffId], [digestOf(Buffer.concat(chunks)), undefined]);
});

async function digestAll(chunks: readonly Uint8Array[]): Promise<ContentResult> {
  const digest = new ContentDigest();
  for (const chunk of chunks) await digest.update(chunk);
  return digest.finish();
}
