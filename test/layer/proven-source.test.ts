import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LayerstreamError } from '../../src/ground/errors.js';
import { digestLayer } from '../../src/layer/digest.js';
import { ProvenSource } from '../../src/layer/proven-source.js';
import type { TreeContent } from '../../src/scan/spec.js';
import { awaitNextCtime } from '../support/ctime.js';
import { openDescriptors } from '../support/descriptors.js';
import { makeStore, readAll, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

const BODY = 'abcdefgh'.repeat(500);

/** Changes of the file `path` after its layer was hashed; `spare` is a path on the same disk, outside the layer. */
type Change = (path: string, spare: string) => void;

const HARMLESS: Readonly<Record<string, Change>> = {
  'nothing at all': () => {},
  'a link to it': (path, spare) => linkSync(path, spare),
  'its time': (path) => utimesSync(path, 5, 5),
  'its mode, which was listed': (path) => chmodSync(path, 0o600),
  'a write of the same bytes': (path) => writeFileSync(path, BODY, { flag: 'r+' }),
};

for (const [name, change] of Object.entries(HARMLESS)) {
  for (const chunkSize of [512, 4096, 1024 * 1024]) {
    test(`goes on after ${name}, in chunks of ${chunkSize}`, () =>
      withLayer(async (content, path, spare) => {
        const diffId = await digestLayer(content);
        awaitNextCtime(path, spare);
        change(path, spare);
        assert.equal(readAll(new ProvenSource(content, { diffId }), chunkSize), content.size);
      }));
  }
}

const HARMFUL: readonly [name: string, how: RegExp, change: Change][] = [
  [
    'other bytes in its place',
    /was hashed as sha256:.*, and is now sha256:/,
    (path) => writeFileSync(path, BODY.toUpperCase(), { flag: 'r+' }),
  ],
  ['one other byte', /was hashed as/, (path) => writeFileSync(path, 'A', { flag: 'r+' })],
  ['fewer bytes', /it ended 3000 bytes before its listed size of 4000/, (path) => truncateSync(path, 1000)],
  ['no bytes', /it ended 4000 bytes before/, (path) => truncateSync(path, 0)],
  ['more bytes', /its size is 4001, and was 4000/, (path) => appendFileSync(path, 'x')],
  ['another file of its size', /was replaced by another file/, (path, spare) => replace(path, spare)],
  ['its end', /vanished/, (path) => rmSync(path)],
  ['a link in its place', /replaced by a symbolic link/, (path, spare) => replaceByLink(path, spare)],
  ['a fifo in its place', /ended 4000 bytes before|was replaced/, (path) => replaceByFifo(path)],
];

for (const [name, how, change] of HARMFUL) {
  for (const chunkSize of [512, 1024 * 1024]) {
    test(`fails after ${name}, in chunks of ${chunkSize}, and leaves nothing open`, () =>
      withLayer(async (content, path, spare, root) => {
        const diffId = await digestLayer(content);
        awaitNextCtime(path, spare);
        change(path, spare);
        const before = openDescriptors(root);
        const source = new ProvenSource(content, { diffId });
        assert.throws(
          () => readAll(source, chunkSize),
          (error) => {
            assert.ok(error instanceof LayerstreamError);
            assert.equal(error.code, 'PATH_CHANGED');
            assert.equal(error.path, path);
            assert.match(error.message, how);
            return true;
          },
        );
        source.close();
        assert.deepEqual(openDescriptors(root), before);
      }));
  }
}

test('fails when bytes change between two reads', () =>
  withLayer(async (content, path, spare) => {
    const diffId = await digestLayer(content);
    const source = new ProvenSource(content, { diffId });
    awaitNextCtime(path, spare);
    // Two parents, the file before, its own header, and one block of its body.
    source.read(Buffer.alloc(512 * 7));
    writeFileSync(path, BODY.toUpperCase(), { flag: 'r+' });
    assert.throws(() => readAll(source, 512), { code: 'PATH_CHANGED', path });
    source.close();
  }));

/** Where the body of `x` is in its layer: after two parents, `w` with its header, and its own header. */
const BODY_AT = 512 * 5;
const RANGES = {
  'within the file': { start: BODY_AT + 100, end: BODY_AT + 200 },
  'up to the end of the file': { start: BODY_AT, end: BODY_AT + BODY.length },
  'from the file on': { start: BODY_AT + 513, end: 1_000_000 },
} as const;

for (const [where, range] of Object.entries(RANGES)) {
  test(`a range ${where} goes on after a write of the same bytes, and fails after one of others`, () =>
    withLayer(async (content, path, spare) => {
      const diffId = await digestLayer(content);
      awaitNextCtime(path, spare);
      writeFileSync(path, BODY, { flag: 'r+' });
      const expected = Math.min(range.end, content.size) - range.start;
      assert.equal(readAll(new ProvenSource(content, { diffId, range }), 512), expected);
      // Outside the range, too: what is proven is the layer.
      writeFileSync(path, 'A', { flag: 'r+' });
      assert.throws(() => readAll(new ProvenSource(content, { diffId, range }), 512), {
        code: 'PATH_CHANGED',
        path,
        message: /was hashed as sha256:.*, and is now sha256:/,
      });
    }));
}

test('a range without the file that changed gives its bytes', () =>
  withLayer(async (content, path) => {
    const diffId = await digestLayer(content);
    rmSync(path);
    const range = { start: 0, end: BODY_AT - 512 };
    assert.equal(readAll(new ProvenSource(content, { diffId, range }), 512), range.end);
  }));

test('a range fails when another of its files changes after the first was found touched', () =>
  withLayer(async (content, path, spare, root) => {
    const diffId = await digestLayer(content);
    awaitNextCtime(path, spare);
    writeFileSync(path, BODY, { flag: 'r+' });
    const source = new ProvenSource(content, { diffId, range: { start: BODY_AT, end: content.size } });
    source.read(Buffer.alloc(4096));
    writeFileSync(join(root, 'nix/store/y'), 'Y');
    assert.throws(() => readAll(source, 512), { code: 'PATH_CHANGED' });
    source.close();
  }));

type LayerAction = (content: TreeContent, path: string, spare: string, root: string) => Promise<void>;

/** A layer with a file `x`, and others before and after it. */
function withLayer(action: LayerAction): Promise<void> {
  return withTempDir((root) => {
    const store = makeStore(root);
    for (const name of ['w', 'x', 'y']) writeFileSync(join(store, name), name === 'x' ? BODY : name);
    return action(scan(specOf(root, ['w', 'x', 'y'])), join(store, 'x'), join(root, 'spare'), root);
  });
}

function replace(path: string, spare: string): void {
  writeFileSync(spare, BODY);
  renameSync(spare, path);
}

function replaceByLink(path: string, spare: string): void {
  renameSync(path, spare);
  symlinkSync(spare, path);
}

function replaceByFifo(path: string): void {
  rmSync(path);
  execFileSync('mkfifo', [path]);
}
