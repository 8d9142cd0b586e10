/** What another program, or a crash, can put in the place of an entry. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { encodeEntry } from '../../src/cache/entry.js';
import { FACTS, factsOf, filesBelow, filledCache, KEY, keyOf, openCache } from '../support/cache.js';
import { makeFifo, makeSocket } from '../support/cli-special-files.js';
import { requireTool } from '../support/cli-tools.js';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** What can be in the place of an entry; each gets the entry's path, and the path that the entry was moved to. */
const IMPOSTORS: Readonly<Record<string, (path: string, good: string, t: TestContext) => void>> = {
  'an empty file': (path) => writeFileSync(path, ''),
  'half an entry': (path, good) => {
    writeFileSync(path, readFileSync(good));
    truncateSync(path, 100);
  },
  'zeros, as a crash leaves them': (path) => writeFileSync(path, Buffer.alloc(300)),
  'a huge file': (path) => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40);
  },
  'an entry followed by more than an entry can hold': (path, good) =>
    writeFileSync(path, readFileSync(good, 'utf8') + ' '.repeat(70_000)),
  'an entry that is well, but larger than any': (path) =>
    writeFileSync(path, encodeEntry(KEY, factsOf('layer', ['x'.repeat(70_000)]))),
  'an entry of another layer': (path, good) =>
    writeFileSync(path, readFileSync(good, 'utf8').replaceAll(KEY, keyOf('x'))),
  'bytes that are no UTF-8': (path) => writeFileSync(path, Buffer.alloc(300, 0xff)),
  'a link to a good entry': (path, good) => symlinkSync(good, path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a link to nothing': (path) => symlinkSync('nowhere', path),
  'a fifo': (path) => makeFifo(path),
  'a socket': (path) => makeSocket(path),
  'an entry that others may write to': (path, good) => copyWith(path, good, 0o602),
  'an entry that the group may write to': (path, good) => copyWith(path, good, 0o620),
  "another user's entry": (path, good, t) => {
    copyWith(path, good, 0o644);
    if (!isRoot) return t.skip('only root can give files away');
    chownSync(path, NOBODY, NOBODY);
  },
  'a device': (path, _good, t) => {
    if (!requireTool(t, ['mknod', path, 'c', '1', '5'], 'to make a device')) writeFileSync(path, '');
  },
};

function copyWith(path: string, good: string, mode: number): void {
  writeFileSync(path, readFileSync(good));
  chmodSync(path, mode);
}

describe('in the place of an entry', { concurrency: 2 }, () => {
  for (const [name, make] of Object.entries(IMPOSTORS)) {
    it(`${name} is ignored and replaced`, (t) => {
      const { directory, entry } = filledCache(t);
      renameSync(entry, `${directory}/good`);
      make(entry, `${directory}/good`, t);
      const { cache, warnings } = openCache(directory);
      assert.equal(cache.find(KEY), undefined);
      cache.store(KEY, FACTS);
      assert.deepEqual([cache.find(KEY), warnings], [FACTS, []]);
      assert.ok(lstatSync(entry).isFile());
      assert.deepEqual(filesBelow(dirname(entry)), [`${KEY.slice(2)}.json`], 'a temporary file is left');
    });
  }

  it('a directory is ignored, with a warning', (t) => {
    const { directory, entry, shard } = filledCache(t);
    rmSync(entry);
    mkdirSync(entry);
    writeFileSync(join(entry, 'precious'), '');
    const { cache, warnings } = openCache(directory);
    assert.equal(cache.find(KEY), undefined);
    cache.store(KEY, FACTS);
    assert.match(warnings.join(), /^the cache of layer digests in \/\S+ is not used: it cannot be written: EISDIR/);
    assert.deepEqual(filesBelow(shard), [`${KEY.slice(2)}.json`, `${KEY.slice(2)}.json/precious`]);
  });

  it('an entry with a second hard link is used', (t) => {
    const { directory, entry } = filledCache(t);
    linkSync(entry, `${directory}/other`);
    assert.deepEqual(openCache(directory).cache.find(KEY), FACTS);
  });
});
