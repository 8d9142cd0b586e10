import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeParents } from '../../src/scan/entries.js';
import { pathSizes } from '../../src/scan/path-sizes.js';
import { joinSlices, sliceTree, walkTree } from '../../src/scan/walk.js';
import { archiveSize } from '../../src/tar/header.js';
import { makeStore, specOf } from '../support/layers.js';
import { listedEntries, treeOf } from '../support/listings.js';
import { withTempDir } from '../support/temp-dir.js';

test('each path has the bytes of its entries, in order, over all slices of a layer', () =>
  withTempDir((root) => {
    const store = makeStore(root);
    const names = Array.from({ length: 20 }, (_, i) => `path-${i}`);
    for (const [i, name] of names.entries()) {
      mkdirSync(join(store, name));
      writeFileSync(join(store, name, 'file'), Buffer.alloc(i * 600));
    }
    const spec = specOf(root, names);
    const content = joinSlices(spec, sliceTree(spec).map(walkTree));
    assert.ok(content.listings.length > 1);
    const sizes = pathSizes(content.listings);
    // Two headers, and the file's body.
    assert.deepEqual(
      sizes,
      names.map((_, i) => 1024 + Math.ceil((i * 600) / 512) * 512),
    );
    const all = sizes.reduce((total, size) => total + size, encodeParents(spec).length);
    assert.equal(archiveSize(all), content.size);
  }));

test('the sizes of all paths add up to the bytes of all entries', () => {
  const startsWithPath = listedEntries.map((entries) =>
    entries.map((entry, i) => (i === 0 ? { ...entry, depth: 0 } : entry)),
  );
  fc.assert(
    fc.property(fc.array(startsWithPath), (slices) => {
      const sizes = pathSizes(treeOf(slices).listings);
      const entries = slices.flat();
      assert.equal(sizes.length, entries.filter(({ depth }) => depth === 0).length);
      const sum = (numbers: readonly number[]) => numbers.reduce((total, size) => total + size, 0);
      assert.equal(sum(sizes), sum(entries.map(({ bytes }) => bytes)));
    }),
  );
});
