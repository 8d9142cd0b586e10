import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { asByteString } from '../../src/ground/bytestring.js';
import { LayerstreamError } from '../../src/ground/errors.js';
import { EntryReader, type LayerEntry } from '../../src/scan/entries.js';
import type { TreeSpec } from '../../src/scan/spec.js';
import { joinSlices, sliceTree, walkTree } from '../../src/scan/walk.js';
import { layerBytes, makeStore, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

test('entries come in order: paths as given, each before what it holds, siblings by code point', () =>
  withTempDir((root) => {
    const store = makeStore(root);
    for (const name of ['b', 'a', 'a/z', 'a/é', 'a/B', 'a/z/y']) mkdirSync(join(store, name));
    writeFileSync(join(store, 'a/z-'), '');
    // In UTF-16 units U+FF5A comes after U+1F600; a lone byte 0xff counts as U+DCFF.
    for (const name of ['😀', 'ｚ', '\ue000']) writeFileSync(join(store, 'a', name), '');
    writeFileSync(Buffer.from(`${store}/a/\xff`, 'latin1'), '');
    const names = entriesOf(specOf(root, ['b', 'a'])).map(({ name }) => name.replace('/nix/store/', ''));
    const utf8 = (text: string) => Buffer.from(text).toString('latin1');
    const a = ['B/', 'z/', 'z/y/', 'z-', utf8('é/'), '\xff', utf8('\ue000'), utf8('ｚ'), utf8('😀')];
    assert.deepEqual(names, ['b/', 'a/', ...a.map((name) => `a/${name}`)]);
  }));

test('each kind is listed as it is', () =>
  withTempDir((root) => {
    const store = makeStore(root);
    mkdirSync(join(store, 'd'));
    writeFileSync(join(store, 'd/file'), 'twelve bytes');
    chmodSync(join(store, 'd/file'), 0o4755);
    linkSync(join(store, 'd/file'), join(store, 'd/hard'));
    symlinkSync('../nowhere', join(store, 'd/link'));
    chmodSync(join(store, 'd'), 0o1700);
    const listed = entriesOf(specOf(root, ['d'])).map(({ name, kind, mode, size, target }) => [
      name,
      kind,
      mode,
      size,
      target,
    ]);
    assert.deepEqual(listed, [
      ['/nix/store/d/', 'directory', 0o1700, 0, ''],
      ['/nix/store/d/file', 'file', 0o4755, 12, ''],
      ['/nix/store/d/hard', 'file', 0o4755, 12, ''],
      ['/nix/store/d/link', 'symlink', 0o777, 0, '../nowhere'],
    ]);
  }));

test('names that are whiteouts in an image are told, wherever and whatever they are', () =>
  withTempDir((root) => {
    const store = makeStore(root);
    for (const name of ['d', 'd/.wh.dir']) mkdirSync(join(store, name));
    for (const name of ['.wh.a', '.wh..wh..opq', '.wh.', '.wh', 'x.wh.y', '.wh.dir/z']) {
      writeFileSync(join(store, 'd', name), '');
    }
    symlinkSync('x', join(store, 'd/.wh.link'));
    const names = ['.wh.', '.wh..wh..opq', '.wh.a', '.wh.dir', '.wh.link'].map((name) => `/nix/store/d/${name}`);
    assert.deepEqual(walkTree(specOf(root, ['d'])).whiteouts, names);
  }));

test('a path that is a link is not followed, nor is a link to a directory below', () =>
  withTempDir((root) => {
    const store = makeStore(root);
    mkdirSync(join(store, 'd'));
    writeFileSync(join(store, 'd/x'), '');
    symlinkSync('d', join(store, 'l'));
    symlinkSync('.', join(store, 'd/self'));
    const names = entriesOf(specOf(root, ['l', 'd'])).map(({ name }) => name);
    assert.deepEqual(names, ['/nix/store/l', '/nix/store/d/', '/nix/store/d/self', '/nix/store/d/x']);
  }));

test('columns hold device, inode and ctime, and owners only where the conf does not set them', () =>
  withTempDir((root) => {
    const path = join(makeStore(root), 'x');
    writeFileSync(path, '');
    const stat = statSync(path, { bigint: true });
    const { listing } = walkTree(specOf(root, ['x']));
    assert.deepEqual([listing.device[0], listing.inode[0], listing.ctime[0]], [stat.dev, stat.ino, stat.ctimeNs]);
    assert.equal(listing.owners, undefined);
    const ownership = { kind: 'from-files', users: new Map(), groups: new Map() } as const;
    const { owners } = walkTree(specOf(root, ['x'], { ownership })).listing;
    assert.deepEqual([owners?.uid[0], owners?.gid[0]], [Number(stat.uid), Number(stat.gid)]);
  }));

test('times are whole seconds, rounded down, to the nanosecond and before the epoch too', () =>
  withTempDir((root) => {
    const store = makeStore(root);
    const times = ['1.999999999', '0.5', '0', '-0.000000001', '-0.5', '-1', '-1.000000001', '9999999999.999999999'];
    times.forEach((time, i) => {
      execFileSync('touch', ['-d', `@${time}`, join(store, String(i))]);
    });
    const ownership = { kind: 'from-files', users: new Map(), groups: new Map() } as const;
    const listed = entriesOf(
      specOf(
        root,
        times.map((_, i) => String(i)),
        { ownership },
      ),
    );
    assert.deepEqual(
      listed.map(({ owner }) => owner.mtime),
      [1, 0, 0, -1, -1, -1, -2, 9999999999],
    );
  }));

test('a fifo is refused by its path', () =>
  withTempDir((root) => {
    const store = makeStore(root);
    mkdirSync(join(store, 'd'));
    execFileSync('mkfifo', [join(store, 'd/pipe')]);
    assertFails(specOf(root, ['d']), 'FILE_UNSUPPORTED', join(store, 'd/pipe'), /is a fifo;/);
  }));

test('a socket is refused by its path', () =>
  withTempDir(async (root) => {
    const path = join(makeStore(root), 's');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    assertFails(specOf(root, ['s']), 'FILE_UNSUPPORTED', path, /is a socket;/);
    await new Promise((resolve) => server.close(resolve));
  }));

test('a path that vanished is reported as changed', () =>
  withTempDir((root) => {
    const store = makeStore(root);
    assertFails(specOf(root, ['gone']), 'PATH_CHANGED', join(store, 'gone'), /vanished/);
    writeFileSync(join(store, 'file'), '');
    assertFails(specOf(root, ['file/below']), 'PATH_CHANGED', join(store, 'file/below'), /vanished/);
  }));

test('a directory that may not be read is reported with its path', async (t) => {
  const { getuid, seteuid } = process;
  if (getuid === undefined || seteuid === undefined) return t.skip('there are no users here');
  await withTempDir((root) => {
    const secret = join(makeStore(root), 'secret');
    mkdirSync(secret);
    chmodSync(root, 0o755);
    chmodSync(secret, 0o000);
    const user = getuid.call(process);
    // Root may read everything, so the test becomes another user for a moment.
    if (user === 0) seteuid.call(process, 65534);
    try {
      assertFails(specOf(root, ['secret']), 'READ_FAILED', secret, /may not be read: EACCES: permission denied/);
    } finally {
      if (user === 0) seteuid.call(process, 0);
    }
  });
});

test('a name that is no UTF-8 is shown in messages as well as can be', () =>
  withTempDir((root) => {
    const spec = specOf(root, [], { paths: [asByteString('/caf\xe9')] });
    assertFails(spec, 'PATH_CHANGED', `${root}/caf\ufffd`, /caf\ufffd vanished/);
  }));

test('a layer walked in slices is the layer walked at once', () =>
  withTempDir((root) => {
    const store = makeStore(root);
    const names = Array.from({ length: 30 }, (_, i) => `p${i}`);
    for (const name of names) {
      mkdirSync(join(store, name));
      writeFileSync(join(store, name, 'file'), name.repeat(100));
      symlinkSync(`to-${name}`, join(store, name, 'link'));
    }
    const spec = specOf(root, names);
    const slices = sliceTree(spec);
    assert.ok(slices.length > 2);
    assert.deepEqual(
      slices.flatMap(({ paths }) => paths),
      spec.paths,
    );
    const whole = joinSlices(spec, [walkTree(spec)]);
    const sliced = joinSlices(spec, slices.map(walkTree));
    assert.equal(sliced.size, whole.size);
    assert.ok(layerBytes(sliced).equals(layerBytes(whole)));
    assert.deepEqual(
      sliceTree(specOf(root, [])).map(({ paths }) => paths),
      [[]],
    );
  }));

function entriesOf(spec: TreeSpec): LayerEntry[] {
  const reader = new EntryReader(
    sliceTree(spec).map((slice) => walkTree(slice).listing),
    spec,
  );
  const entries: LayerEntry[] = [];
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) entries.push(entry);
  return entries;
}

function assertFails(spec: TreeSpec, code: string, path: string, message: RegExp): void {
  assert.throws(
    () => walkTree(spec),
    (error) => {
      assert.ok(error instanceof LayerstreamError);
      assert.deepEqual([error.code, error.path], [code, path]);
      assert.match(error.message, message);
      return true;
    },
  );
}
