import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { asByteString } from '../../src/ground/bytestring.js';
import { EntryReader, encodeParents, type LayerEntry, tarName } from '../../src/scan/entries.js';
import type { TreeContent } from '../../src/scan/spec.js';
import { makeStore, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

test('a seek to any byte of an entry finds the entry, and all after it follow as they are', () =>
  withTree((content) => {
    const all = rest(new EntryReader(content.listings, content.spec));
    const ends = endsOf(content);
    assert.equal(all.length, ends.length);
    for (const [i, end] of ends.entries()) {
      const begin = ends[i - 1] ?? 0;
      for (const offset of [begin, begin + 1, end - 1]) {
        const reader = new EntryReader(content.listings, content.spec);
        assert.equal(reader.seek(offset), begin);
        assert.deepEqual(rest(reader), all.slice(i));
      }
    }
  }));

test('after the last entry a seek gives where all entries end, and no entry', () =>
  withTree((content) => {
    const end = endsOf(content).at(-1) ?? assert.fail();
    const reader = new EntryReader(content.listings, content.spec);
    assert.equal(reader.seek(end + 10_000), end);
    assert.equal(reader.next(), undefined);
  }));

test('what the walk saw of a file is that of the entry last read', () =>
  withTree((content) => {
    const [listing = assert.fail()] = content.listings;
    const reader = new EntryReader(content.listings, content.spec);
    reader.next();
    reader.next();
    assert.deepEqual(reader.seen, { inode: listing.inode[1], ctime: listing.ctime[1] });
  }));

test('a name in the tar is the path without what is cut, with a slash after a directory', () => {
  const [path, cut] = [asByteString('/nix/store/a/bin'), asByteString('/nix/store/a')];
  assert.equal(tarName(path, 'directory', cut), '/bin/');
  assert.equal(tarName(path, 'file', asByteString('')), '/nix/store/a/bin');
});

test('the parents of the store come first where the spec says so', () => {
  const spec = specOf('', []);
  const blocks = encodeParents(spec);
  assert.deepEqual(
    [0, 512].map((at) => blocks.toString('latin1', at, at + 12).replace(/\0+$/, '')),
    ['/nix/', '/nix/store/'],
  );
  assert.equal(blocks.length, 1024);
  assert.equal(encodeParents({ ...spec, parents: 'none' }).length, 0);
});

/** Two store paths, with directories in directories, links before and after files, and a file of several blocks. */
function withTree(action: (content: TreeContent) => void): Promise<void> {
  return withTempDir((root) => {
    const store = makeStore(root);
    for (const name of ['a', 'b']) {
      mkdirSync(join(store, name, 'lib/deep'), { recursive: true });
      symlinkSync(`first of ${name}`, join(store, name, 'a-link'));
      writeFileSync(join(store, name, 'lib/deep/file'), Buffer.alloc(1300));
      writeFileSync(join(store, name, 'lib/z'), '');
      symlinkSync(`second of ${name}`, join(store, name, 'z-link'));
    }
    action(scan(specOf(root, ['a', 'b'])));
  });
}

/** Where each entry ends, counted from the first one's first byte. */
function endsOf({ listings }: TreeContent): number[] {
  let before = 0;
  return listings.flatMap(({ entryEnd }) => {
    const ends = [...entryEnd].map((end) => before + end);
    before = ends.at(-1) ?? before;
    return ends;
  });
}

function rest(reader: EntryReader): LayerEntry[] {
  const entries: LayerEntry[] = [];
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) entries.push(entry);
  return entries;
}
