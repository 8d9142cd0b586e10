import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LayerScannedEvent } from '../../../src/events/events.js';
import { groupByLayer, readContents } from '../../../src/events/report/contents.js';

function scanned(layer: number, files: Readonly<Record<string, readonly number[]>>): LayerScannedEvent {
  return {
    type: 'layer-scanned',
    layer,
    paths: Object.keys(files),
    pathSizes: [],
    entries: 0,
    size: 0,
    files: () =>
      Object.entries(files).flatMap(([storePath, sizes]) =>
        sizes.map((size, i) => ({ path: `${storePath}/${i}`, storePath, size })),
      ),
  };
}

test('store paths and files come with their bytes, the largest first', () => {
  const contents = readContents([scanned(0, { a: [1, 2], empty: [] }), scanned(2, { b: [10], c: [4, 0] })]);
  assert.equal(contents.files, 5);
  assert.equal(contents.fileBytes, 17);
  assert.deepEqual(contents.largestPaths, [
    { path: 'b', layer: 2, bytes: 10 },
    { path: 'c', layer: 2, bytes: 4 },
    { path: 'a', layer: 0, bytes: 3 },
    { path: 'empty', layer: 0, bytes: 0 },
  ]);
  assert.deepEqual(contents.largestFiles.slice(0, 2), [
    { path: 'b/0', layer: 2, bytes: 10 },
    { path: 'c/0', layer: 2, bytes: 4 },
  ]);
});

test('the largest of very many files are found wherever they are', () => {
  const sizes = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5000);
  const { largestFiles } = readContents([scanned(0, { a: sizes })]);
  assert.deepEqual(
    largestFiles.map(({ bytes }) => bytes),
    Array.from({ length: 50 }, (_, i) => 4999 - i),
  );
});

test('layers name their store paths, and count together those too small to be seen', () => {
  const tiny = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`tiny-${i}`, [1]]));
  const contents = readContents([scanned(0, { large: [1_000_000], ...tiny }), scanned(2, { alone: [1] })]);
  assert.deepEqual(groupByLayer(contents, 3), [
    { paths: [{ path: 'large', bytes: 1_000_000 }], others: { count: 30, bytes: 30 } },
    { paths: [], others: { count: 0, bytes: 0 } },
    { paths: [{ path: 'alone', bytes: 1 }], others: { count: 0, bytes: 0 } },
  ]);
});

test('no more than a fixed number of store paths is named', () => {
  const paths = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`path-${i}`, [1_000_000 + i]]));
  const [group] = groupByLayer(readContents([scanned(0, paths)]), 1);
  assert.equal(group?.paths.length, 800);
  assert.equal(group.others.count, 4200);
});
