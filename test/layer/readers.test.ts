import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { extract } from 'tar-stream';
import { asByteString, type ByteString, sortNames } from '../../src/ground/bytestring.js';
import { missingPrograms } from '../support/debian-packages.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { askPython, needsPython } from '../support/python.js';
import { withTempDir } from '../support/temp-dir.js';
import { makeTree, modeOf, type TreeNode, treeNodes } from '../support/tree.js';

const isGnu = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU tar') === true;
const needsGnuTar = { skip: isGnu ? false : missingPrograms(['tar']) };

const ownership = {
  kind: 'fixed',
  mtime: 2 ** 33 + 1,
  uid: 3_000_000,
  gid: 7,
  uname: asByteString('\xc3\xa9'),
  gname: asByteString('wheel'),
} as const;

/** An entry as a tar program reports it. */
interface Found {
  readonly name: string;
  readonly kind: string;
  readonly target: string;
  /** Undefined where the model does not know: a hard link has the mode and bytes of another. */
  readonly mode: number | undefined;
  readonly sum: string | undefined;
}

test("Python's tarfile finds in a layer what is on disk", needsPython, async () => {
  await fc.assert(
    fc.asyncProperty(treeNodes(), (nodes) =>
      withTempDir((root) => {
        const tar = makeLayer(root, nodes);
        const found = askPython<(Found & { size: number; owner: unknown[] })[]>('read_tar.py', tar.toString('base64'));
        const { mtime, uid, gid, uname, gname } = ownership;
        for (const entry of found) assert.deepEqual(entry.owner, [mtime, uid, gid, uname, gname]);
        compare(found.slice(2), nodes);
      }),
    ),
    { numRuns: 12 },
  );
});

test('tar-stream finds in a layer what is on disk', async () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9+._?= -]{1,140}$/).map(asByteString);
  await fc.assert(
    fc.asyncProperty(treeNodes({ names: name, targets: name }), (nodes) =>
      withTempDir(async (root) => {
        const found: Found[] = [];
        const archive = Readable.from([makeLayer(root, nodes)]).pipe(extract());
        for await (const entry of archive) {
          const hash = createHash('sha256');
          // Its types do not say that chunks are bytes.
          for await (const chunk of entry as AsyncIterable<Uint8Array>) hash.update(chunk);
          const { name, type, mode, linkname } = entry.header;
          found.push({ name, kind: String(type), mode: mode ?? -1, target: linkname ?? '', sum: hash.digest('hex') });
        }
        const kinds = new Set(found.map(({ kind }) => kind));
        for (const kind of kinds) assert.match(kind, /^(file|directory|symlink)$/);
        compare(found.slice(2), nodes);
      }),
    ),
    { numRuns: 20 },
  );
});

test('what GNU tar extracts of a layer gives the same layer', needsGnuTar, async () => {
  await fc.assert(
    fc.asyncProperty(treeNodes(), (nodes) =>
      withTempDir((directory) => {
        const [root, copy] = [join(directory, 'root'), join(directory, 'copy')];
        mkdirSync(copy);
        const tar = makeLayer(root, nodes);
        execFileSync('tar', ['-xp', '--no-same-owner', '-C', copy], { input: tar, stdio: ['pipe', 'pipe', 'ignore'] });
        assert.ok(layerBytes(scan(layerOf(copy, nodes))).equals(tar));
      }),
    ),
    { numRuns: 12 },
  );
});

function makeLayer(root: string, nodes: readonly TreeNode[]): Buffer {
  makeTree(asByteString(makeStore(root)), nodes);
  return layerBytes(scan(layerOf(root, nodes)));
}

function layerOf(root: string, nodes: readonly TreeNode[]) {
  return specOf(
    root,
    nodes.map(({ name }) => name),
    { ownership },
  );
}

function compare(found: readonly Found[], nodes: readonly TreeNode[]): void {
  const expected = nodes.flatMap((node) => expect(asByteString('/nix/store'), node));
  const comparable = found.map(({ name, kind, target, mode, sum }, i): Found => {
    const model = expected[i];
    // Tar programs differ on a directory's last slash.
    return {
      name: name.replace(/\/$/, ''),
      kind,
      target,
      mode: model?.mode === undefined ? undefined : mode,
      sum: model?.sum && sum,
    };
  });
  assert.deepEqual(comparable, expected);
}

/** What a node becomes, derived from what it was made of. */
function expect(parent: ByteString, node: TreeNode): Found[] {
  const name = asByteString(`${parent}/${node.name}`);
  const nothing = createHash('sha256').digest('hex');
  const common = { name, kind: node.kind, mode: modeOf(node), target: '', sum: nothing };
  switch (node.kind) {
    case 'file':
      return [{ ...common, sum: createHash('sha256').update(Buffer.alloc(node.size, node.pattern)).digest('hex') }];
    case 'symlink':
      return [{ ...common, mode: 0o777, target: node.target }];
    case 'hardlink':
      return [{ ...common, kind: 'file', mode: undefined, sum: undefined }];
    case 'directory': {
      const children = new Map(node.children.map((child) => [child.name, child]));
      const sorted = sortNames([...children.keys()]).flatMap((child) => children.get(child) ?? []);
      return [common, ...sorted.flatMap((child) => expect(name, child))];
    }
  }
}
