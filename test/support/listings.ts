/** Layers as values, without files. */
import fc from 'fast-check';
import { asByteString } from '../../src/ground/bytestring.js';
import { type ListedEntry, ListingBuilder } from '../../src/scan/listing.js';
import type { TreeContent, TreeSpec } from '../../src/scan/spec.js';
import { ROOT_OWNED } from './layers.js';

const SYMLINK = 0o120777;

/** Entries of few different values, so that lists of them are often nearly alike. */
export const listedEntries: fc.Arbitrary<ListedEntry[]> = fc.array(
  fc
    .record(
      {
        depth: fc.nat(2),
        name: fc.constantFrom('', 'a', 'ab', 'b', '\xff').map(asByteString),
        mode: fc.constantFrom(0o100444, 0o40555, SYMLINK),
        size: fc.constantFrom(0, 1, 2 ** 40),
        bytes: fc.constantFrom(512, 1024, 2 ** 40),
        device: fc.constantFrom(0n, 1n, 2n ** 64n - 1n),
        inode: fc.constantFrom(0n, 1n, 2n ** 64n - 1n),
        ctime: fc.constantFrom(0n, 1n, -1n, 2n ** 62n),
        target: fc.constantFrom('', 'a', 'ab', 'b').map(asByteString),
        mtime: fc.constantFrom(0, 1, -1),
        uid: fc.constantFrom(0, 1000),
        gid: fc.constantFrom(0, 100),
      },
      { noNullPrototype: true },
    )
    // A link has a target, and nothing else has one.
    .map((entry) => ({ ...entry, target: entry.mode === SYMLINK ? entry.target : undefined })),
  { maxLength: 6 },
);

export const SPEC: TreeSpec = {
  paths: [],
  root: asByteString('/chroot'),
  cut: asByteString(''),
  parents: 'store-parents',
  ownership: ROOT_OWNED,
};

/** A layer of entries, each slice with a listing of its own. */
export function treeOf(slices: readonly (readonly ListedEntry[])[], fields: Partial<TreeSpec> = {}): TreeContent {
  const spec = { ...SPEC, ...fields };
  const listings = slices.map((entries) => {
    const builder = new ListingBuilder({ withOwners: spec.ownership.kind === 'from-files' });
    for (const entry of entries) builder.add(entry);
    return builder.finish();
  });
  return { kind: 'tree', spec, listings, size: 10_240 };
}
