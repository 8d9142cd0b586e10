import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeEntry, encodeEntry, mergeKnown } from '../../src/cache/entry.js';
import type { BlobId } from '../../src/oci/descriptor.js';
import { digestOf } from '../../src/oci/digest.js';
import { oddText } from '../support/arbitraries.js';
import { blobOf, factsOf, keyOf } from '../support/cache.js';

const KEY = keyOf('layer');

const size = fc.maxSafeNat();
const digest = fc.string().map((text) => digestOf(Buffer.from(text)));
const blob: fc.Arbitrary<BlobId> = fc.record({ size, digest });
const compressor = fc.oneof(oddText, fc.constantFrom('__proto__', 'constructor', '1', '0'));
const facts = fc.record({
  diffId: digest,
  size,
  blobs: fc.array(fc.tuple(compressor, blob), { maxLength: 5 }).map((pairs) => new Map(pairs)),
});

test('what was written is read, whatever compressors are called', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const text = encodeEntry(KEY, given);
      assert.deepEqual(decodeEntry(KEY, text)?.diffId, given.diffId);
      assert.deepEqual(decodeEntry(KEY, text), { ...given, blobs: plain(given.blobs) });
    }),
  );
});

test('an entry is JSON that says of which layer it is', () => {
  const { version, key, diffId } = JSON.parse(encodeEntry(KEY, factsOf('layer', ['zstd'])));
  assert.deepEqual([version, key, diffId], [1, KEY, factsOf('layer').diffId]);
});

test('an entry of another layer is none', () => {
  assert.equal(decodeEntry(keyOf('other'), encodeEntry(KEY, factsOf('layer'))), undefined);
});

test('an entry with any byte changed, added or missing is none', () => {
  const text = encodeEntry(KEY, factsOf('layer', ['zstd 3', 'gzip']));
  for (let i = 0; i < text.length; i++) {
    const changed = String.fromCharCode(text.charCodeAt(i) ^ 1);
    for (const other of [
      text.slice(0, i),
      text.slice(i + 1),
      text.slice(0, i) + text.slice(i + 1),
      `${text.slice(0, i)}${changed}${text.slice(i + 1)}`,
      `${text.slice(0, i)} ${text.slice(i)}`,
      `${text.slice(0, i)}${'\0'.repeat(text.length - i)}`,
    ]) {
      assert.equal(decodeEntry(KEY, other), undefined, other);
    }
  }
});

test('a valid signature does not make an entry of data in another shape', () => {
  const { check: _, ...good } = JSON.parse(encodeEntry(KEY, factsOf('layer', ['zstd'])));
  const [zstd] = good.blobs;
  assert.ok(decodeEntry(KEY, signed(good)) !== undefined);
  for (const fields of [
    { version: 2 },
    { version: '1' },
    { key: keyOf('other') },
    { diffId: 'sha256:short' },
    { diffId: good.diffId.toUpperCase() },
    { diffId: null },
    { diffId: { toString: 'x' } },
    { size: -1 },
    { size: 1.5 },
    { size: 2 ** 53 },
    { size: '10240' },
    { blobs: undefined },
    { blobs: {} },
    { blobs: [null] },
    { blobs: ['zstd'] },
    { blobs: [[zstd]] },
    { blobs: [{ ...zstd, compressor: 1 }] },
    { blobs: [{ ...zstd, digest: '' }] },
    { blobs: [{ ...zstd, size: null }] },
    { blobs: [{ ...zstd, more: 1 }] },
    { blobs: [zstd, zstd] },
    { blobs: Array.from({ length: 17 }, (_, i) => ({ ...zstd, compressor: String(i) })) },
    { more: 1 },
  ]) {
    assert.equal(decodeEntry(KEY, signed({ ...good, ...fields })), undefined, JSON.stringify(fields));
  }
});

test('other files are not entries', () => {
  for (const text of ['', 'null', '1', '"x"', '[]', '{}', '[null]', 'x', '{"__proto__":null}', '['.repeat(65_536)]) {
    assert.equal(decodeEntry(KEY, text), undefined, text.slice(0, 20));
  }
  fc.assert(fc.property(fc.json(), (text) => decodeEntry(KEY, text) === undefined));
});

test('facts are merged, the newest last', () => {
  const merged = mergeKnown(factsOf('layer', ['a', 'b']), {
    ...factsOf('layer'),
    blobs: new Map([
      ['a', blobOf('new')],
      ['c', blobOf('c')],
    ]),
  });
  assert.deepEqual(merged.diffId, factsOf('layer').diffId);
  assert.deepEqual(
    [...merged.blobs],
    [
      ['b', blobOf('b')],
      ['a', blobOf('new')],
      ['c', blobOf('c')],
    ],
  );
});

test('facts of other bytes are not merged: the later are right', () => {
  const learned = factsOf('layer', ['b']);
  assert.deepEqual(mergeKnown(factsOf('other', ['a']), learned), learned);
  assert.deepEqual(mergeKnown({ ...factsOf('layer', ['a']), size: 1 }, learned), learned);
  assert.deepEqual(mergeKnown(undefined, learned), learned);
});

test('of many blobs those stored last stay', () => {
  const names = Array.from({ length: 40 }, (_, i) => `compressor ${i}`);
  const found = decodeEntry(KEY, encodeEntry(KEY, factsOf('layer', names)));
  assert.deepEqual([...(found?.blobs.keys() ?? [])], names.slice(-16));
});

function signed(fields: object): string {
  const check = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
  return `${JSON.stringify({ ...fields, check })}\n`;
}

/** Without the prototypes that fast-check varies. */
function plain(blobs: ReadonlyMap<string, BlobId>): Map<string, BlobId> {
  return new Map([...blobs].map(([name, { digest, size }]) => [name, { digest, size }]));
}
