/** What a key makes of changes to real files. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { layerKey } from '../../src/cache/key.js';
import { isSettled } from '../../src/cache/settled.js';
import { parseConf } from '../../src/config/parse.js';
import { openInputs } from '../../src/inputs/inputs.js';
import { CURRENT_KIND } from '../support/confs.js';
import { awaitNextCtime } from '../support/ctime.js';
import { makeStore, scan, specOf } from '../support/layers.js';
import { tempDir, withTempDir } from '../support/temp-dir.js';

const OWN = { ownership: { kind: 'from-files', users: new Map(), groups: new Map() } } as const;

/** Makes what the changes below are made to; gives its path. */
function makeTree(root: string): string {
  const path = join(makeStore(root), 'p');
  for (const name of ['', 'd', 'd/sub', 'e']) mkdirSync(join(path, name));
  for (const name of ['file', 'd/a', 'd/b', 'e/a', 'e/b']) writeFileSync(join(path, name), `in ${name}`);
  writeFileSync(join(path, 'twin'), 'in file');
  symlinkSync('file', join(path, 'link'));
  return path;
}

/** A change that keeps size and mtime of a file. */
function unseenBySizeAndTime(path: string, change: () => void): void {
  const { size, atime, mtime } = statSync(path);
  change();
  utimesSync(path, atime, mtime);
  assert.deepEqual([statSync(path).size, statSync(path).mtimeMs], [size, mtime.getTime()]);
}

function writeOver(path: string, text: string): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, text);
  closeSync(fd);
}

function swap(a: string, b: string): void {
  renameSync(a, `${a}.swap`);
  renameSync(b, a);
  renameSync(`${a}.swap`, b);
}

const CHANGES: Readonly<Record<string, (path: string, root: string) => void>> = {
  'a file written over in place, with its old size and time': (path) => {
    utimesSync(join(path, 'file'), 1, 1);
    unseenBySizeAndTime(join(path, 'file'), () => writeOver(join(path, 'file'), 'ON'));
  },
  'a file replaced by rename, with its old size and time': (path, root) => {
    utimesSync(join(path, 'file'), 1, 1);
    unseenBySizeAndTime(join(path, 'file'), () => {
      writeFileSync(join(root, 'new'), 'on file');
      renameSync(join(root, 'new'), join(path, 'file'));
    });
  },
  'a file replaced by one with the same content, time and mode': (path, root) => {
    execFileSync('cp', ['-p', join(path, 'file'), join(root, 'new')]);
    renameSync(join(root, 'new'), join(path, 'file'));
  },
  'a file removed and created again': (path) => {
    rmSync(join(path, 'file'));
    writeFileSync(join(path, 'file'), 'in file');
  },
  'a file that grew': (path) => appendFileSync(join(path, 'file'), 'x'),
  'a file cut short': (path) => truncateSync(join(path, 'file'), 2),
  'a hard link made elsewhere': (path, root) => linkSync(join(path, 'file'), join(root, 'other')),
  'a file linked to its twin': (path) => {
    rmSync(join(path, 'twin'));
    linkSync(join(path, 'file'), join(path, 'twin'));
  },
  'a mode': (path) => chmodSync(join(path, 'file'), 0o755),
  'a mode set to what it was': (path) => chmodSync(join(path, 'file'), statSync(join(path, 'file')).mode & 0o7777),
  'a time': (path) => utimesSync(join(path, 'file'), 5, 5),
  'the time of a link': (path) => lutimesSync(join(path, 'link'), 5, 5),
  'the target of a link': (path) => {
    rmSync(join(path, 'link'));
    symlinkSync('twin', join(path, 'link'));
  },
  'a link created again': (path) => {
    rmSync(join(path, 'link'));
    symlinkSync('file', join(path, 'link'));
  },
  'a link replaced by what it points to': (path) => {
    rmSync(join(path, 'link'));
    copyFileSync(join(path, 'file'), join(path, 'link'));
  },
  'two files whose names were swapped': (path) => swap(join(path, 'file'), join(path, 'twin')),
  'two directories that were swapped': (path) => swap(join(path, 'd'), join(path, 'e')),
  'a directory replaced by its copy': (path, root) => {
    cpSync(join(path, 'd'), join(root, 'copy'), { recursive: true, preserveTimestamps: true });
    rmSync(join(path, 'd'), { recursive: true });
    renameSync(join(root, 'copy'), join(path, 'd'));
  },
  'a whole store path replaced by its copy': (path, root) => {
    cpSync(path, join(root, 'copy'), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    rmSync(path, { recursive: true });
    renameSync(join(root, 'copy'), path);
  },
  'a file moved from one directory to another': (path) => renameSync(join(path, 'd/a'), join(path, 'e/c')),
  'a renamed file': (path) => renameSync(join(path, 'file'), join(path, 'filf')),
  'a new empty file': (path) => writeFileSync(join(path, 'd/new'), ''),
  'a new empty directory': (path) => mkdirSync(join(path, 'd/new')),
  'a removed file': (path) => rmSync(join(path, 'd/a')),
  'a removed empty directory': (path) => rmdirSync(join(path, 'd/sub')),
  'a change of a file and of its neighbour, undone': (path) => {
    writeFileSync(join(path, 'd/new'), '');
    rmSync(join(path, 'd/new'));
  },
};

describe('another key', { concurrency: 2 }, () => {
  for (const [name, change] of Object.entries(CHANGES)) {
    it(`has ${name}`, (t) => {
      const root = tempDir(t);
      const path = makeTree(root);
      const before = [scan(specOf(root, ['p'])), scan(specOf(root, ['p'], OWN))].map(layerKey);
      awaitNextCtime(newest(path), join(root, 'probe'));
      change(path, root);
      const after = [scan(specOf(root, ['p'])), scan(specOf(root, ['p'], OWN))].map(layerKey);
      for (const [i, key] of after.entries()) assert.notEqual(key, before[i]);
    });
  }
});

/** What is seen in no way has no other key. */
describe('the same key', { concurrency: 2 }, () => {
  it('has what was not changed, walked again', (t) => {
    const root = tempDir(t);
    makeTree(root);
    assert.equal(layerKey(scan(specOf(root, ['p']))), layerKey(scan(specOf(root, ['p']))));
  });

  it('has a tree whose files were read', (t) => {
    const root = tempDir(t);
    const path = makeTree(root);
    const before = layerKey(scan(specOf(root, ['p'])));
    execFileSync('cat', [join(path, 'file')]);
    assert.equal(layerKey(scan(specOf(root, ['p']))), before);
  });

  it('has a tree that is seen below another root', (t) => {
    const root = tempDir(t);
    makeTree(root);
    symlinkSync(root, `${root}/elsewhere`);
    assert.equal(layerKey(scan(specOf(`${root}/elsewhere`, ['p']))), layerKey(scan(specOf(root, ['p']))));
  });
});

it('extended attributes are in no layer, but setting one is a change all the same', (t) => {
  const root = tempDir(t);
  const file = join(makeTree(root), 'file');
  const before = layerKey(scan(specOf(root, ['p'])));
  awaitNextCtime(file, join(root, 'probe'));
  const code = 'import os, sys; os.setxattr(sys.argv[1], "user.test", b"x")';
  if (spawnSync('python3', ['-c', code, file]).status !== 0) return t.skip('extended attributes cannot be set here');
  assert.notEqual(layerKey(scan(specOf(root, ['p']))), before);
});

it('what changes within a tick of the clock is refused', () =>
  withTempDir((root) => {
    // No waiting: whether the key changes or not, the layer is not stored under it. The scan may come as late as it
    // likes, if its time is said to lie before the files'.
    const start = Date.now();
    const path = makeTree(root);
    utimesSync(join(path, 'file'), 1, 1);
    const content = scan(specOf(root, ['p']));
    unseenBySizeAndTime(join(path, 'file'), () => writeOver(join(path, 'file'), 'ON'));
    assert.ok(!isSettled(content, start));
    assert.ok(isSettled(content, start + 60_000));
  }));

it('a layer.tar has its key by what was opened, and another when it is replaced or written to', () =>
  withTempDir(async (root) => {
    const custom = join(makeStore(root), 'cccc-custom');
    for (const name of ['aaaa-x', 'bbbb-y', 'bbbb-z', 'cccc-custom']) mkdirSync(join(root, 'nix/store', name));
    writeFileSync(join(custom, 'checksum'), 'a'.repeat(64));
    writeFileSync(join(custom, 'layer.tar'), 'one');
    const keys = [await readyKey(root), await readyKey(root)];
    assert.equal(keys[0], keys[1]);
    awaitNextCtime(join(custom, 'layer.tar'), join(root, 'probe'));
    writeFileSync(join(custom, 'layer.tar'), 'two');
    keys.push(await readyKey(root));
    writeFileSync(join(root, 'new'), 'two');
    renameSync(join(root, 'new'), join(custom, 'layer.tar'));
    keys.push(await readyKey(root));
    assert.equal(new Set(keys).size, 3);
  }));

async function readyKey(root: string): Promise<string> {
  const { conf } = parseConf(Buffer.from(JSON.stringify(CURRENT_KIND)));
  const inputs = await openInputs({ conf }, { storeRoot: root, source: 'conf' });
  const source = inputs.layers.at(-1)?.source;
  assert.ok(source?.kind === 'tar');
  const { path, device, inode } = source.content;
  const { dev, ino } = lstatSync(path, { bigint: true });
  assert.deepEqual([device, inode], [dev, ino]);
  inputs.close();
  return layerKey(source.content);
}

/** What was changed last below a path. */
function newest(path: string): string {
  const found = execFileSync('find', [path, '-printf', '%C@ %p\\n'], { encoding: 'utf8' });
  const [last = ''] = found.trim().split('\n').sort().slice(-1);
  return last.slice(last.indexOf(' ') + 1);
}
