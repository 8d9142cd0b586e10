import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { layerKey } from '../../src/cache/key.js';
import { asByteString, type ByteString } from '../../src/ground/bytestring.js';
import type { ListedEntry } from '../../src/scan/listing.js';
import type { FileContent, SpecOwnership, TreeSpec } from '../../src/scan/spec.js';
import type { EntryOwner } from '../../src/tar/header.js';
import { ROOT_OWNED } from '../support/layers.js';
import { listedEntries, SPEC, treeOf } from '../support/listings.js';

const NAME = asByteString('root');
const ROOT_OWNER: EntryOwner = { mtime: 1, uid: 0, gid: 0, uname: NAME, gname: NAME };
const OWN: SpecOwnership = { kind: 'from-files', users: new Map(), groups: new Map() };

const ENTRY: ListedEntry = {
  depth: 0,
  name: asByteString('/nix/store/a'),
  mode: 0o100444,
  size: 1,
  device: 1n,
  inode: 1n,
  ctime: 1n,
  target: undefined,
  bytes: 1024,
  mtime: 1,
  uid: 0,
  gid: 0,
};

// An object's keys are no type's to TypeScript. What an entry takes in a tar follows from the rest.
const FIELDS = (Object.keys(ENTRY) as (keyof ListedEntry)[]).filter((field) => field !== 'bytes');

test('a key is 64 hex digits, the same each time', () => {
  const key = layerKey(treeOf([[ENTRY]]));
  assert.match(key, /^[\da-f]{64}$/);
  assert.equal(layerKey(treeOf([[ENTRY]])), key);
});

test('how a layer is sliced does not matter', () => {
  fc.assert(
    fc.property(fc.array(listedEntries, { maxLength: 5 }), fc.constantFrom(ROOT_OWNED, OWN), (slices, ownership) => {
      assert.equal(layerKey(treeOf(slices, { ownership })), layerKey(treeOf([slices.flat()], { ownership })));
    }),
  );
});

test('other entries, or the same in another order, have another key', () => {
  fc.assert(
    fc.property(listedEntries, listedEntries, (a, b) => {
      const isSame = layerKey(treeOf([a], { ownership: OWN })) === layerKey(treeOf([b], { ownership: OWN }));
      assert.equal(isSame, isDeepStrictEqual(a.map(keyed), b.map(keyed)));
    }),
    { numRuns: 500 },
  );
});

test('a change of any field of any entry gives another key', () => {
  fc.assert(
    fc.property(listedEntries, listedEntries, fc.nat(), (entries, [other], at) => {
      const index = at % Math.max(1, entries.length);
      const entry = entries[index];
      if (entry === undefined || other === undefined) return;
      for (const field of FIELDS) {
        const changed: ListedEntry = { ...entry, [field]: other[field] };
        // What is a link has a target, and nothing else.
        if (field === 'mode' || field === 'target') Object.assign(changed, { mode: other.mode, target: other.target });
        const isSame: boolean =
          layerKey(treeOf([entries.with(index, changed)], { ownership: OWN })) ===
          layerKey(treeOf([entries], { ownership: OWN }));
        assert.equal(isSame, isDeepStrictEqual(changed, entry), field);
      }
    }),
    { numRuns: 300 },
  );
});

test('owners and times of files do not matter where the conf sets them', () => {
  assert.equal(layerKey(treeOf([[ENTRY]])), layerKey(treeOf([[{ ...ENTRY, mtime: 2, uid: 1, gid: 1 }]])));
});

test('each part of a spec counts, but not where the store lies', () => {
  const key = (fields: Partial<TreeSpec>): string => layerKey(treeOf([[ENTRY]], fields));
  const a = asByteString('/nix/store/a');
  const fixed = (fields: Partial<EntryOwner>): Partial<TreeSpec> => ({
    ownership: { ...ROOT_OWNER, kind: 'fixed', ...fields },
  });
  const keys = [
    {},
    { paths: [a] },
    { paths: [a, asByteString('')] },
    { paths: [asByteString(''), a] },
    { cut: a },
    { parents: 'none' as const },
    fixed({ mtime: 2 }),
    fixed({ uid: 1 }),
    fixed({ gid: 1 }),
    fixed({ uname: asByteString('rootroot'), gname: asByteString('') }),
    fixed({ uname: asByteString(''), gname: asByteString('rootroot') }),
    { ownership: OWN },
  ].map(key);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(key({ root: asByteString('/elsewhere') }), key({ root: SPEC.root }));
});

test('names count of the owners that occur, and of no others', () => {
  const names = (...pairs: [number, string][]): Map<number, ByteString> =>
    new Map(pairs.map(([id, name]) => [id, asByteString(name)]));
  const key = (users: ReadonlyMap<number, ByteString>, groups: ReadonlyMap<number, ByteString>): string =>
    layerKey(treeOf([[ENTRY, { ...ENTRY, uid: 7 }], [ENTRY]], { ownership: { kind: 'from-files', users, groups } }));
  const none = names();
  const keys = [
    key(none, none),
    key(names([0, 'root']), none),
    key(names([0, 'root'], [7, 'x']), none),
    key(names([0, 'x'], [7, 'root']), none),
    key(none, names([0, 'root'])),
  ];
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(key(names([1, 'new'], [7, 'x']), names([5, 'new'])), key(names([7, 'x']), none));
  assert.equal(key(names([7, '']), none), key(none, none), 'no name is written as an empty one');
});

test('each field of a file counts, but not its descriptor and path', () => {
  const file: FileContent = {
    kind: 'file',
    form: 'tar',
    fd: 3,
    device: 1n,
    inode: 1n,
    ctime: 1n,
    offset: 0,
    size: 1,
    path: 'x',
  };
  const changes: Partial<FileContent>[] = [
    {},
    { device: 2n },
    { inode: 2n },
    { ctime: 2n },
    { offset: 512 },
    { size: 2 },
  ];
  const keys = changes.map((fields) => layerKey({ ...file, ...fields }));
  assert.equal(new Set([...keys, layerKey(treeOf([]))]).size, changes.length + 1);
  assert.equal(layerKey({ ...file, fd: 4, path: 'y' }), keys[0]);
});

/** What of an entry is part of the key: what it takes in a tar follows from the rest. */
function keyed({ bytes: _, ...entry }: ListedEntry): Omit<ListedEntry, 'bytes'> {
  return entry;
}
