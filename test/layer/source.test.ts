import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdirSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ByteRange } from '../../src/ground/byte-target.js';
import { asByteString } from '../../src/ground/bytestring.js';
import { type LayerContent, openSource } from '../../src/layer/source.js';
import type { SpecOwnership, TreeContent, TreeSpec } from '../../src/scan/spec.js';
import { joinSlices, walkTree } from '../../src/scan/walk.js';
import { BLOCK, paddedSize } from '../../src/tar/header.js';
import { makeBytes, withContent } from '../support/blobs.js';
import { openDescriptors } from '../support/descriptors.js';
import { layerBytes, makeStore, ROOT_OWNED, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';
import { makeTree, treeNodes } from '../support/tree.js';

const FROM_FILES: SpecOwnership = {
  kind: 'from-files',
  users: new Map([[1000, asByteString('somebody')]]),
  groups: new Map([[100, asByteString('users')]]),
};

/** Bounds from 0 to 1 of a layer's size, which often fall on blocks or next to them. */
const bound = fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), by: fc.constantFrom(0, 0, -1, 1, 7) });
const chunkSizes = fc.constantFrom(1, 2, 3, 20, 1000).map((blocks) => blocks * BLOCK);

test('a range of any tree gives those very bytes of the whole, in chunks of any size, and leaves nothing open', () =>
  fc.assert(
    fc.asyncProperty(
      treeNodes(),
      fc.constantFrom(ROOT_OWNED, FROM_FILES),
      fc.constantFrom('store-parents' as const, 'none' as const),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.tuple(bound, bound, chunkSizes), { minLength: 8, maxLength: 16 }),
      (nodes, ownership, parents, pathsPerSlice, ranges) =>
        withTempDir((root) => {
          makeTree(asByteString(makeStore(root)), nodes);
          const names = nodes.map(({ name }) => name);
          const content = scanSliced(specOf(root, names, { ownership, parents }), pathsPerSlice);
          const whole = layerBytes(content);
          assert.equal(whole.length, content.size);
          for (const [from, to, chunkSize] of ranges) {
            const [a, b] = [place(from, whole.length), place(to, whole.length)];
            assertRange(content, { whole, range: { start: Math.min(a, b), end: Math.max(a, b) }, chunkSize });
          }
          assert.deepEqual(openDescriptors(root), []);
        }),
    ),
    { numRuns: 30 },
  ));

test('each byte of a tree can be the first of a range, and the last', () =>
  withTempDir((root) => {
    const content = scan(specOf(root, makeSmallTree(root)));
    const whole = layerBytes(content);
    for (let at = 0; at <= whole.length; at += 127) {
      assertRange(content, { whole, range: { start: at, end: whole.length }, chunkSize: 5 * BLOCK });
      assertRange(content, { whole, range: { start: 0, end: at }, chunkSize: 5 * BLOCK });
      assertRange(content, { whole, range: { start: at, end: Math.min(at + 1, whole.length) }, chunkSize: BLOCK });
    }
  }));

test('files before a range and after it are never opened', () =>
  withTempDir((root) => {
    const names = makeSmallTree(root);
    const content = scan(specOf(root, names));
    const whole = layerBytes(content);
    const body = Buffer.from('the body in the middle'.repeat(100));
    const at = whole.indexOf(body);
    for (const name of ['a/a-file', 'a/deep/second', 'z']) rmSync(join(root, 'nix/store', name));
    const around = { start: at - BLOCK, end: at + body.length };
    assertRange(content, { whole, range: around, chunkSize: BLOCK });
    assertRange(content, { whole, range: { ...around, start: at + 3 }, chunkSize: BLOCK });
    // What is in the range is opened: this shows that they are really gone.
    const reading = { whole, range: { start: 0, end: whole.length }, chunkSize: BLOCK };
    assert.throws(() => assertRange(content, reading), { code: 'PATH_CHANGED' });
    rmSync(join(root, 'nix/store/a/deep/third'));
    const later = { start: at + paddedSize(body.length), end: whole.indexOf('/nix/store/z') };
    assertRange(content, { whole, range: later, chunkSize: BLOCK });
  }));

test('a range of a file gives those very bytes, and nothing after its end', () =>
  withTempDir((directory) =>
    withContent(join(directory, 'file'), makeBytes({ size: 50_000, seed: 1, noise: 1 }), async (file) => {
      const content = { ...file, offset: 1000, size: 30_000 };
      const whole = layerBytes(content);
      fc.assert(
        fc.property(bound, bound, chunkSizes, (from, to, chunkSize) => {
          const [a, b] = [place(from, whole.length), place(to, whole.length)];
          assertRange(content, { whole, range: { start: Math.min(a, b), end: Math.max(a, b) }, chunkSize });
        }),
      );
      assertRange(content, { whole, range: { start: 29_000, end: 90_000 }, chunkSize: BLOCK });
    }),
  ));

test('a range beyond the end of a layer is empty', () =>
  withTempDir((root) => {
    const content = scan(specOf(root, makeSmallTree(root)));
    const whole = layerBytes(content);
    for (const start of [whole.length, whole.length + 1, whole.length + 100_000]) {
      assertRange(content, { whole, range: { start, end: start + 512 }, chunkSize: BLOCK });
    }
  }));

test('a file within a range is proven to be the listed one, even if the range ends within it', () =>
  withTempDir((root) => {
    const content = scan(specOf(root, makeSmallTree(root)));
    const whole = layerBytes(content);
    const at = whole.indexOf('the body in the middle');
    const path = join(root, 'nix/store/a/deep/third');
    rmSync(path);
    writeFileSync(path, Buffer.from('the body in the middle'.repeat(100)));
    const fd = openSync(path, 'r');
    // Where the inode number is given again, nothing shows that the file is another one but its ctime.
    const isSame = fstatSync(fd, { bigint: true }).ino === content.listings[0]?.inode[5];
    closeSync(fd);
    const source = openSource(content, { start: at + 1, end: at + 10 });
    const read = (): number => source.read(Buffer.alloc(BLOCK));
    if (isSame) {
      read();
      assert.equal(source.touched, path);
    } else {
      assert.throws(read, { code: 'PATH_CHANGED', path });
    }
  }));

interface RangeCheck {
  readonly whole: Buffer;
  readonly range: ByteRange;
  readonly chunkSize: number;
}

function assertRange(content: LayerContent, { whole, range, chunkSize }: RangeCheck): void {
  const source = openSource(content, range);
  const parts: Buffer[] = [];
  try {
    for (;;) {
      const chunk = Buffer.alloc(chunkSize, 0xee);
      const count = source.read(chunk);
      assert.ok(chunk.subarray(count).every((byte) => byte === 0xee));
      parts.push(chunk.subarray(0, count));
      if (count < chunkSize) break;
    }
    assert.equal(source.read(Buffer.alloc(BLOCK)), 0);
  } finally {
    source.close();
  }
  const found = Buffer.concat(parts);
  const expected = whole.subarray(range.start, range.end);
  const about = `${range.start} to ${range.end} of ${whole.length}`;
  assert.equal(found.length, expected.length, about);
  assert.ok(found.equals(expected), about);
}

function place({ share, by }: { readonly share: number; readonly by: number }, size: number): number {
  const block = Math.floor((share * size) / BLOCK) * BLOCK;
  return Math.max(0, Math.min(size, block + by));
}

/** Walked in slices of at most that many paths, each with its own listing. */
function scanSliced(spec: TreeSpec, pathsPerSlice: number): TreeContent {
  const slices = Array.from({ length: Math.max(1, Math.ceil(spec.paths.length / pathsPerSlice)) }, (_, i) =>
    walkTree({ ...spec, paths: spec.paths.slice(i * pathsPerSlice, (i + 1) * pathsPerSlice) }),
  );
  return joinSlices(spec, slices);
}

/** Nested directories, links, files with and without bytes; returns the names of the store paths. */
function makeSmallTree(root: string): string[] {
  const store = makeStore(root);
  mkdirSync(join(store, 'a/deep'), { recursive: true });
  writeFileSync(join(store, 'a/a-file'), 'f'.repeat(1024));
  symlinkSync('a-file', join(store, 'a/alias'));
  writeFileSync(join(store, 'a/deep/second'), 's');
  writeFileSync(join(store, 'a/deep/third'), 'the body in the middle'.repeat(100));
  symlinkSync('x'.repeat(120), join(store, 'a/deep/to'));
  writeFileSync(join(store, 'empty'), '');
  writeFileSync(join(store, 'z'), 'z'.repeat(700));
  return ['a', 'empty', 'z'];
}
