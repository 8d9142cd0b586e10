import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { asByteString, type ByteString } from '../../src/ground/bytestring.js';
import type { SpecOwnership, TreeSpec } from '../../src/scan/spec.js';
import { byteNames } from '../support/arbitraries.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { askPython, needsPython } from '../support/python.js';
import { withTempDir } from '../support/temp-dir.js';
import { makeTree, treeNodes } from '../support/tree.js';

const ownerNames = byteNames({ minLength: 0, maxLength: 40, without: '\0' });
const ids = fc.oneof(fc.nat(70_000), fc.constantFrom(2 ** 21 - 1, 2 ** 21, 2 ** 32, -1));

const ownership: fc.Arbitrary<SpecOwnership> = fc.oneof(
  fc.record({
    kind: fc.constant('fixed' as const),
    mtime: fc.oneof(fc.constant(1), fc.integer(), fc.constantFrom(2 ** 33 - 1, 2 ** 33)),
    uid: ids,
    gid: ids,
    uname: ownerNames,
    gname: ownerNames,
  }),
  fc.tuple(ownerNames, ownerNames).map(([user, group]) => ({
    kind: 'from-files' as const,
    users: new Map([
      [0, asByteString('root')],
      [1000, user],
    ]),
    groups: new Map([
      [0, asByteString('root')],
      [100, group],
    ]),
  })),
);

test('the tar of any tree is what nixpkgs writes of it', needsPython, async () => {
  await fc.assert(
    fc.asyncProperty(treeNodes(), ownership, (nodes, ownership) =>
      withTempDir((root) => {
        makeTree(asByteString(makeStore(root)), nodes);
        compare(
          specOf(
            root,
            nodes.map(({ name }) => name),
            { ownership },
          ),
        );
      }),
    ),
    { numRuns: 25 },
  );
});

test('so is that of a tree whose own prefix is cut', needsPython, async () => {
  await fc.assert(
    fc.asyncProperty(treeNodes(), ownership, (children, ownership) =>
      withTempDir((root) => {
        makeStore(root);
        const name = asByteString('custom');
        const node = { kind: 'directory', name, children, mode: 0o555, mtime: 1, uid: 0, gid: 0 } as const;
        makeTree(asByteString(join(root, 'nix/store')), [node]);
        compare(specOf(root, [name], { ownership, cut: asByteString(`/nix/store/${name}`), parents: 'none' }));
      }),
    ),
    { numRuns: 8 },
  );
});

function compare(spec: TreeSpec): void {
  const content = scan(spec);
  const found = layerBytes(content);
  const expected = Buffer.from(askPython<string>('layer_tar.py', questionOf(spec)), 'base64');
  assert.equal(content.size, found.length);
  // Comparing text shows where they part.
  if (!found.equals(expected)) assert.equal(found.toString('latin1'), expected.toString('latin1'));
}

function questionOf(spec: TreeSpec): object {
  const { ownership, parents, root, cut, paths } = spec;
  const texts = (names: ReadonlyMap<number, ByteString>) => Object.fromEntries(names);
  return {
    root,
    paths,
    cut,
    parents: parents === 'store-parents',
    fixed: ownership.kind === 'fixed' ? ownership : null,
    users: ownership.kind === 'fixed' ? {} : texts(ownership.users),
    groups: ownership.kind === 'fixed' ? {} : texts(ownership.groups),
  };
}
