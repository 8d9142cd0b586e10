import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { entryPath, shardDirectory } from '../../src/cache/directory.js';
import { blobOf, FACTS, factsOf, filesBelow, filledCache, KEY, keyOf, openCache } from '../support/cache.js';
import { tempDir } from '../support/temp-dir.js';

const DAY = 24 * 60 * 60;

describe('a cache', () => {
  it('gives what was stored, to this build and the next', (t) => {
    const directory = join(tempDir(t), 'cache');
    const { cache, warnings } = openCache(directory);
    assert.equal(cache.find(KEY), undefined);
    cache.store(KEY, FACTS);
    for (const found of [cache.find(KEY), openCache(directory).cache.find(KEY)]) assert.deepEqual(found, FACTS);
    assert.equal(cache.find(keyOf('other')), undefined);
    cache.close();
    assert.deepEqual(warnings, []);
  });

  it('is made when something is stored, readable for its user only', (t) => {
    const directory = join(tempDir(t), 'a/cache');
    const { cache } = openCache(directory);
    cache.find(KEY);
    cache.close();
    assert.equal(existsSync(dirname(directory)), false);
    cache.store(KEY, FACTS);
    for (const path of [dirname(directory), directory, join(directory, 'layers'), shardDirectory(directory, KEY)]) {
      assert.equal(statSync(path).mode & 0o7777, 0o700, path);
    }
    assert.equal(statSync(entryPath(directory, KEY)).mode & 0o7777, 0o600);
    assert.deepEqual(filesBelow(join(directory, 'layers')), [
      KEY.slice(0, 2),
      `${KEY.slice(0, 2)}/${KEY.slice(2)}.json`,
    ]);
  });

  it('keeps what is known when more is stored', (t) => {
    const { directory } = filledCache(t);
    const { cache } = openCache(directory);
    cache.store(KEY, factsOf('layer', ['gzip 9']));
    cache.store(KEY, factsOf('layer'));
    assert.deepEqual(
      cache.find(KEY)?.blobs,
      new Map([
        ['zstd 3', blobOf('zstd 3')],
        ['gzip 9', blobOf('gzip 9')],
      ]),
    );
  });

  it('writes nothing when nothing new is stored', (t) => {
    const { directory, entry } = filledCache(t);
    const { ino } = statSync(entry);
    openCache(directory).cache.store(KEY, FACTS);
    openCache(directory).cache.store(KEY, factsOf('layer'));
    assert.equal(statSync(entry).ino, ino);
  });

  it('notes the use of an entry, once a day', (t) => {
    const { directory, entry } = filledCache(t);
    const now = Date.now() / 1000;
    for (const [used, isNoted] of [
      [now - 2 * DAY, true],
      [now - DAY / 2, false],
      [now + 2 * DAY, true],
    ] as const) {
      utimesSync(entry, used, used);
      assert.deepEqual(openCache(directory).cache.find(KEY), FACTS);
      assert.equal(Math.abs(statSync(entry).mtimeMs / 1000 - used) > 1, isNoted);
    }
  });

  it('may be a link to where it lies', (t) => {
    const { directory } = filledCache(t);
    renameSync(directory, `${directory}-elsewhere`);
    symlinkSync('cache-elsewhere', directory);
    const { cache, warnings } = openCache(directory);
    assert.deepEqual(cache.find(KEY), FACTS);
    cache.store(keyOf('more'), factsOf('more'));
    assert.deepEqual([cache.find(keyOf('more')), warnings], [factsOf('more'), []]);
  });

  it('is made again when it was removed meanwhile', (t) => {
    const { directory } = filledCache(t);
    const { cache, warnings } = openCache(directory);
    cache.find(KEY);
    rmSync(directory, { recursive: true });
    cache.store(KEY, FACTS);
    assert.deepEqual([cache.find(KEY), warnings], [FACTS, []]);
  });
});
