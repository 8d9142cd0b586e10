/** Directories that must not be used, and those that cannot. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { FACTS, filesBelow, filledCache, KEY, keyOf, openCache } from '../support/cache.js';
import { tempDir } from '../support/temp-dir.js';

const DAY = 24 * 60 * 60;

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

const DIRECTORIES = ['', 'layers', `layers/${KEY.slice(0, 2)}`] as const;

const TAMPERINGS: Readonly<Record<string, { change(path: string): void; warning: RegExp; isForRoot?: true }>> = {
  'that others may write to': {
    change: (path) => chmodSync(path, 0o707),
    warning: /: others may write to it \(mode 707\)$/,
  },
  'that the group may write to': {
    change: (path) => chmodSync(path, 0o770),
    warning: /: others may write to it \(mode 770\)$/,
  },
  'that all may write to, each his own files': {
    change: (path) => chmodSync(path, 0o1777),
    warning: /: others may write to it \(mode 1777\)$/,
  },
  'of another user': {
    change: (path) => chownSync(path, NOBODY, NOBODY),
    warning: /: it belongs to another user \(65534\)$/,
    isForRoot: true,
  },
  'replaced by a file': {
    change: (path) => {
      rmSync(path, { recursive: true });
      writeFileSync(path, '');
    },
    warning: /: it is not a directory$/,
  },
};

describe('a directory', { concurrency: 2 }, () => {
  for (const [name, { change, warning, isForRoot }] of Object.entries(TAMPERINGS)) {
    for (const below of DIRECTORIES) {
      it(`${name} is not used, with one warning: cache/${below}`, (t) => {
        if (isForRoot && !isRoot) return t.skip('only root can give files away');
        const { directory } = filledCache(t);
        change(join(directory, below));
        const before = filesBelow(dirname(directory));
        const { cache, warnings } = openCache(directory);
        assert.equal(cache.find(KEY), undefined);
        assert.deepEqual(warnings, []);
        for (let i = 0; i < 3; i++) cache.store(KEY, FACTS);
        cache.close();
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? '', warning);
        assert.deepEqual(filesBelow(dirname(directory)), before);
      });
    }
  }

  it('below the cache is not used where it is a link', (t) => {
    for (const below of DIRECTORIES.slice(1)) {
      const { directory } = filledCache(t);
      const path = join(directory, below);
      renameSync(path, join(directory, 'moved'));
      symlinkSync(join(directory, 'moved'), path);
      const { cache, warnings } = openCache(directory);
      assert.equal(cache.find(KEY), undefined);
      cache.store(KEY, FACTS);
      assert.match(warnings.join(), /: it is not a directory$/);
    }
  });
});

describe('a place that cannot be written to', () => {
  it('is not used, with one warning: a file stands above it', (t) => {
    const root = tempDir(t);
    writeFileSync(join(root, 'file'), '');
    const { cache, warnings } = openCache(join(root, 'file/cache'));
    assert.equal(cache.find(KEY), undefined);
    for (let i = 0; i < 3; i++) cache.store(keyOf(String(i)), FACTS);
    cache.close();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', / is not used: .+\/file\/cache: a part of its path is not a directory$/);
  });

  it('gives what it holds, with one warning: a read-only file system', (t) => {
    const { directory, entry } = filledCache(t);
    const old = Date.now() / 1000 - 5 * DAY;
    utimesSync(entry, old, old);
    withMount(t, ['-t', 'none', '-o', 'bind', directory, directory], () => {
      execFileSync('mount', ['-o', 'remount,bind,ro', directory]);
      const { cache, warnings } = openCache(directory);
      assert.deepEqual(cache.find(KEY), FACTS);
      for (let i = 0; i < 3; i++) cache.store(keyOf(String(i)), FACTS);
      cache.close();
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /is not used: it cannot be written: EROFS: read-only file system$/);
      assert.deepEqual(cache.find(KEY), FACTS);
    });
  });

  it('keeps what it holds, with one warning: a full disk', (t) => {
    const directory = join(tempDir(t), 'cache');
    mkdirSync(directory, { mode: 0o700 });
    withMount(t, ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'none', directory], () => {
      const { cache, warnings } = openCache(directory);
      cache.store(KEY, FACTS);
      writeFileSync(join(directory, 'filler'), Buffer.alloc(32_768));
      for (let i = 0; i < 64; i++) cache.store(keyOf(String(i)), FACTS);
      cache.close();
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /is not used: it cannot be written: ENOSPC: no space left on device$/);
      assert.deepEqual(cache.find(KEY), FACTS);
      assert.deepEqual(
        filesBelow(directory).filter((path) => path.endsWith('.tmp')),
        [],
      );
    });
  });
});

/** The last of the arguments is where it is mounted. */
function withMount(t: TestContext, args: readonly string[], action: () => void): void {
  if (spawnSync('mount', args).status !== 0) {
    t.skip('file systems cannot be mounted here');
    return;
  }
  try {
    action();
  } finally {
    execFileSync('umount', ['-l', ...args.slice(-1)]);
  }
}
