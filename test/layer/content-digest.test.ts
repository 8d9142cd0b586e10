import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ContentDigest, type ContentResult, writeChecked } from '../../src/layer/content-digest.js';
import { digestOf } from '../../src/oci/digest.js';
import { Collected } from '../support/collected.js';

const TEXT = Buffer.from('some bytes, and some more of them. '.repeat(10_000));

test('plain bytes are what they hold', async () => {
  const digest = digestOf(TEXT);
  assert.deepEqual(await sum([TEXT]), { digest, diffId: digest, fault: undefined });
  const empty = digestOf(Buffer.alloc(0));
  assert.deepEqual(await sum([]), { digest: empty, diffId: empty, fault: undefined });
});

test('gzip has a digest of its own beside that of what it holds, members one behind the other too', async () => {
  for (const packed of [gzipSync(TEXT), Buffer.concat([gzipSync(TEXT.subarray(0, 77)), gzipSync(TEXT.subarray(77))])]) {
    assert.deepEqual(await sum([packed]), { digest: digestOf(packed), diffId: digestOf(TEXT), fault: undefined });
  }
});

test('chunks may be cut anywhere', async () => {
  const packed = gzipSync(TEXT);
  const place = fc.oneof(fc.nat(8), fc.nat(packed.length));
  await fc.assert(
    fc.asyncProperty(fc.array(place, { maxLength: 10 }), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), packed.length];
      const result = await sum(places.map((place, i) => packed.subarray(place, places[i + 1])));
      assert.deepEqual([result.digest, result.diffId], [digestOf(packed), digestOf(TEXT)]);
    }),
    { numRuns: 50 },
  );
});

const FALSE_SUM = Buffer.concat([gzipSync(TEXT).subarray(0, -8), Buffer.alloc(4), gzipSync(TEXT).subarray(-4)]);

const BROKEN: readonly [name: string, bytes: Buffer, fault: RegExp][] = [
  ['cut gzip', gzipSync(TEXT).subarray(0, -20), /^broken gzip: unexpected end of file/],
  ['gzip with a false checksum', FALSE_SUM, /^broken gzip: incorrect data check/],
  ['gzip of nonsense', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), /^broken gzip/],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), /^compressed with zstd; only gzip is read$/],
];

for (const [name, bytes, fault] of BROKEN) {
  test(`${name} has a digest, and a fault in place of a diffID`, async () => {
    const result = await sum([bytes]);
    assert.deepEqual([result.digest, result.diffId], [digestOf(bytes), undefined]);
    assert.match(result.fault ?? '', fault);
  });
}

test('zeros behind a gzip are no part of what it holds', async () => {
  const result = await sum([gzipSync(TEXT), Buffer.alloc(512), Buffer.alloc(100_000)]);
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

test('a broken gzip does not stop the sum of the bytes', async () => {
  const chunks = [
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    Buffer.alloc(300_000),
    TEXT,
  ];
  const result = await sum(chunks);
  assert.deepEqual([result.digest, result.diffId], [digestOf(Buffer.concat(chunks)), undefined]);
});

test('checked bytes are passed on', async () => {
  const target = new Collected();
  await writeChecked({ name: 'layer 1', diffId: digestOf(TEXT), sum: 'content' }, target, async (to) => {
    await to.write(TEXT.subarray(0, 1000));
    await to.write(TEXT.subarray(1000));
  });
  assert.ok(target.bytes.equals(TEXT));
});

test('bytes of our own are what they are, whatever they look like', async () => {
  const bytes = gzipSync(TEXT);
  const target = new Collected();
  await writeChecked({ name: 'layer 1', diffId: digestOf(bytes), sum: 'bytes' }, target, (to) => to.write(bytes));
  assert.ok(target.bytes.equals(bytes));
});

test('bytes that are not what was announced are told, as are those that cannot be read', async () => {
  const diffId = digestOf(Buffer.from('other'));
  await assert.rejects(
    writeChecked({ name: 'layer 1', diffId, sum: 'content' }, new Collected(), (to) => to.write(TEXT)),
    { code: 'DIGEST_MISMATCH', message: `layer 1 was announced as ${diffId}, but its bytes are ${digestOf(TEXT)}` },
  );
  await assert.rejects(
    writeChecked({ name: 'layer 1', diffId, sum: 'content' }, new Collected(), (to) =>
      to.write(gzipSync(TEXT).subarray(0, -4)),
    ),
    { code: 'DIGEST_MISMATCH', message: /its bytes are broken gzip/ },
  );
});

async function sum(chunks: readonly Uint8Array[]): Promise<ContentResult> {
  const digest = new ContentDigest();
  for (const chunk of chunks) await digest.update(chunk);
  return digest.finish();
}
