import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asByteString } from '../../src/ground/bytestring.js';
import { type ListedEntry, type Listing, ListingBuilder, TextReader } from '../../src/scan/listing.js';
import { byteNames } from '../support/arbitraries.js';

const names = byteNames({ minLength: 0, maxLength: 300, without: '\0' });

const listed: fc.Arbitrary<ListedEntry> = fc.record(
  {
    depth: fc.nat(65535),
    name: names,
    mode: fc.nat(65535),
    size: fc.maxSafeNat(),
    inode: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    device: fc.constantFrom(0n, 1n, 2n ** 64n - 1n),
    ctime: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    target: fc.option(names, { nil: undefined }),
    bytes: fc.nat(2 ** 40),
    mtime: fc.maxSafeInteger(),
    uid: fc.nat(2 ** 32 - 1),
    gid: fc.nat(2 ** 32 - 1),
  },
  { noNullPrototype: true },
);

test('what is put into columns comes out of them, however many there are', () => {
  fc.assert(
    fc.property(fc.array(listed, { maxLength: 300, size: 'max' }), (entries) => {
      const builder = new ListingBuilder({ withOwners: true });
      for (const entry of entries) builder.add(entry);
      const listing = builder.finish();
      assert.equal(listing.count, entries.length);
      let links = 0;
      const found = entries.map(({ target }, i) => ({
        depth: listing.depth[i],
        name: new TextReader(listing.names, listing.nameEnd).at(i),
        mode: listing.mode[i],
        size: listing.size[i],
        inode: listing.inode[i],
        device: deviceOf(listing, i),
        ctime: listing.ctime[i],
        target: target === undefined ? undefined : new TextReader(listing.targets, listing.targetEnd).at(links++),
        bytes: (listing.entryEnd[i] ?? 0) - (listing.entryEnd[i - 1] ?? 0),
        mtime: listing.owners?.mtime[i],
        uid: listing.owners?.uid[i],
        gid: listing.owners?.gid[i],
      }));
      assert.deepEqual(found, entries);
      assert.equal(listing.targetEnd.length, links);
    }),
    { numRuns: 30 },
  );
});

test('columns lie in shared memory, so that threads get them by reference', () => {
  const listing = new ListingBuilder({ withOwners: true }).finish();
  const { owners, count: _, ...columns } = listing;
  for (const column of [...Object.values(columns), ...Object.values(owners ?? {})]) {
    assert.ok(ArrayBuffer.isView(column) && column.buffer instanceof SharedArrayBuffer);
  }
});

test('a run of entries on one device is listed once', () => {
  const builder = new ListingBuilder({ withOwners: false });
  const entry = {
    depth: 0,
    name: asByteString(''),
    mode: 0,
    size: 0,
    inode: 0n,
    ctime: 0n,
    target: undefined,
    bytes: 512,
  };
  for (const device of [7n, 7n, 8n, 7n, 7n]) builder.add({ ...entry, device, mtime: 0, uid: 0, gid: 0 });
  const { device, deviceStart } = builder.finish();
  assert.deepEqual(
    [[...device], [...deviceStart]],
    [
      [7n, 8n, 7n],
      [0, 2, 3],
    ],
  );
});

function deviceOf({ device, deviceStart }: Listing, index: number): bigint | undefined {
  return device[deviceStart.findLastIndex((start) => start <= index)];
}
