import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asByteString, type ByteString } from '../../src/ground/bytestring.js';
import { archiveSize, encodeEntry, entryHeaderSize, paddedSize, type TarEntry } from '../../src/tar/header.js';
import { byteNames } from '../support/arbitraries.js';
import { askPython, needsPython } from '../support/python.js';

test('bodies fill whole blocks', () => {
  assert.deepEqual([0, 1, 511, 512, 513, 2 ** 40 + 1].map(paddedSize), [0, 512, 512, 512, 1024, 2 ** 40 + 512]);
});

test('an archive ends with two blocks of zeros and fills whole records', () => {
  assert.deepEqual([0, 512, 9216, 9728, 10240, 19456].map(archiveSize), [10240, 10240, 10240, 20480, 20480, 20480]);
});

test('a header holds what the standard says, where it says so', () => {
  const header = encodeEntry(entryOf({ name: '/nix/store/x', size: 8, mode: 0o555 }));
  assert.equal(header.length, 512);
  const field = (from: number, length: number) => header.toString('latin1', from, from + length);
  assert.equal(field(0, 100), '/nix/store/x'.padEnd(100, '\0'));
  assert.equal(field(100, 24), '0000555\x000000000\x000000000\0');
  assert.equal(field(124, 24), '00000000010\x0000000000001\0');
  assert.equal(field(154, 3), '\0 0');
  assert.equal(field(257, 8), 'ustar\x0000');
  assert.equal(field(265, 64), 'root'.padEnd(32, '\0').repeat(2));
  assert.equal(field(329, 183), '\0'.repeat(183));
});

test('a name of 100 characters needs no record, one of 101 does', () => {
  assert.equal(encodeEntry(entryOf({ name: 'n'.repeat(100) })).length, 512);
  const long = encodeEntry(entryOf({ name: 'n'.repeat(101) }));
  assert.equal(long.length, 1536);
  assert.equal(long.toString('latin1', 0, 14), '././@PaxHeader');
  assert.equal(long.toString('latin1', 512, 512 + 111), `111 path=${'n'.repeat(101)}\n`);
});

test("a record's length counts its own digits, also where they are one more for it", () => {
  for (let length = 101; length < 1100; length++) {
    const record = encodeEntry(entryOf({ name: 'n'.repeat(length) })).toString('latin1', 512);
    const announced = Number.parseInt(record, 10);
    assert.equal(record.slice(0, announced), `${announced} path=${'n'.repeat(length)}\n`);
  }
});

const names = byteNames({ minLength: 1, maxLength: 400, without: '\0' });
const shortNames = byteNames({ minLength: 0, maxLength: 40, without: '\0' });
const ids = fc.oneof(
  fc.nat(70000),
  fc.constantFrom(0o7777777, 0o7777777 + 1, -1, 2 ** 32 - 1, 2 ** 53 - 1, -(2 ** 53) + 1),
);

/** Entries as no file system has them, too. */
const entry: fc.Arbitrary<TarEntry> = fc
  .record({
    kind: fc.constantFrom('file', 'directory', 'symlink'),
    name: names,
    mode: fc.nat(0o7777),
    size: fc.oneof(
      fc.nat(),
      fc.maxSafeNat().map((size) => size % 2 ** 40),
      fc.constantFrom(0o77777777777, 0o77777777777 + 1),
    ),
    target: fc.oneof(fc.constant(asByteString('')), names),
    owner: fc.record({
      mtime: fc.oneof(fc.integer(), fc.constantFrom(0, -1, 0o77777777777, 0o77777777777 + 1), fc.maxSafeInteger()),
      uid: ids,
      gid: ids,
      uname: shortNames,
      gname: shortNames,
    }),
  })
  .map((entry) => (entry.kind === 'directory' ? { ...entry, name: asByteString(`${entry.name}/`) } : entry));

test("headers are those of Python's tarfile", needsPython, () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 300, size: 'max' }), (entries) => {
      const expected = askPython<string[]>('tar_headers.py', entries);
      entries.forEach((entry, i) => {
        const blocks = encodeEntry(entry);
        assert.equal(blocks.toString('latin1'), Buffer.from(expected[i] ?? '', 'base64').toString('latin1'));
        assert.equal(entryHeaderSize(entry), blocks.length);
      });
    }),
    { numRuns: 8 },
  );
});

function entryOf(fields: { name: string; size?: number; mode?: number }): TarEntry {
  const text = (value: string): ByteString => asByteString(value);
  const owner = { mtime: 1, uid: 0, gid: 0, uname: text('root'), gname: text('root') };
  return { kind: 'file', mode: 0o444, size: 0, target: text(''), owner, ...fields, name: text(fields.name) };
}
