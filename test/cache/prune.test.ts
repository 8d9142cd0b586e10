import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { entryPath, shardDirectory } from '../../src/cache/directory.js';
import { clearCache, pruneCache } from '../../src/cache/prune.js';
import { cacheStats } from '../../src/cache/survey.js';
import { factsOf, filesBelow, keyOf, openCache } from '../support/cache.js';
import { makeFifo } from '../support/cli-special-files.js';
import { withTempDir } from '../support/temp-dir.js';

const DAY = 24 * 60 * 60;

/** Entries by name, each with how many days ago it was last used. */
function withCache(ages: Readonly<Record<string, number>>, action: (directory: string) => void): Promise<void> {
  return withTempDir((root) => {
    const directory = join(root, 'cache');
    const { cache } = openCache(directory);
    for (const [name, days] of Object.entries(ages)) {
      cache.store(keyOf(name), factsOf(name));
      age(entryPath(directory, keyOf(name)), days);
    }
    action(directory);
  });
}

function age(path: string, days: number): void {
  const time = Date.now() / 1000 - days * DAY;
  utimesSync(path, time, time);
}

function left(directory: string, names: readonly string[]): string[] {
  return names.filter((name) => existsSync(entryPath(directory, keyOf(name))));
}

test('entries that were not used for the given number of days are removed, and no others', () =>
  withCache({ new: 0, recent: 29, old: 31, ancient: 400 }, (directory) => {
    const { size } = statSync(entryPath(directory, keyOf('old')));
    assert.deepEqual(pruneCache(directory, { maxAge: 30 }), { removed: 2, bytes: 2 * size, left: 2 });
    assert.deepEqual(left(directory, ['new', 'recent', 'old', 'ancient']), ['new', 'recent']);
    assert.deepEqual(pruneCache(directory, { maxAge: 30 }), { removed: 0, bytes: 0, left: 2 });
    assert.deepEqual(pruneCache(directory, { maxAge: 0 }), { removed: 2, bytes: 2 * size, left: 0 });
  }));

test('if there are too many entries, those not used for longest are removed', () =>
  withCache({ new: 0, recent: 1, old: 2 }, (directory) => {
    const size = cacheStats(directory).bytes / 3;
    assert.deepEqual(pruneCache(directory, { maxAge: 30, maxEntries: 2 }), { removed: 1, bytes: size, left: 2 });
    assert.deepEqual(left(directory, ['new', 'recent', 'old']), ['new', 'recent']);
  }));

test('a build that stored something prunes once a day', () =>
  withCache({ old: 31 }, (directory) => {
    const build = (name: string): void => {
      const { cache, warnings } = openCache(directory);
      cache.store(keyOf(name), factsOf(name));
      cache.close();
      assert.deepEqual(warnings, []);
    };
    const all = ['old', 'one', 'two', 'three', 'four'];
    openCache(directory).cache.close();
    assert.deepEqual(left(directory, all), ['old'], 'nothing was stored');
    build('one');
    assert.deepEqual(left(directory, all), ['one']);
    age(entryPath(directory, keyOf('one')), 31);
    build('two');
    assert.deepEqual(left(directory, all), ['one', 'two'], 'it was done already');
    age(join(directory, 'pruned'), 2);
    build('three');
    assert.deepEqual(left(directory, all), ['two', 'three']);
    age(entryPath(directory, keyOf('two')), 31);
    age(join(directory, 'pruned'), -2);
    build('four');
    assert.deepEqual(left(directory, all), ['three', 'four'], 'a time in the future puts nothing off');
  }));

test('files of an interrupted write are removed a day later', () =>
  withCache({ new: 0 }, (directory) => {
    const shard = shardDirectory(directory, keyOf('new'));
    const [young, old] = [`${shard}/.${'0'.repeat(16)}.tmp`, `${shard}/.${'1'.repeat(16)}.tmp`];
    for (const path of [young, old]) writeFileSync(path, 'half');
    age(old, 1.5);
    assert.deepEqual(pruneCache(directory, { maxAge: 30 }).left, 1);
    assert.deepEqual([existsSync(young), existsSync(old)], [true, false]);
    clearCache(directory);
    assert.deepEqual(existsSync(young), false);
  }));

/** What is not the cache's, all over its directory, as old as can be. */
function addForeign(directory: string, outside: string): void {
  const shard = shardDirectory(directory, keyOf('old'));
  const hex = '0'.repeat(62);
  mkdirSync(join(directory, 'layers/zz'));
  mkdirSync(join(directory, 'documents'));
  mkdirSync(join(outside, 'ee'), { recursive: true });
  writeFileSync(join(outside, 'ee', `${hex}.json`), 'precious');
  rmSync(join(directory, 'layers/ee'), { recursive: true, force: true });
  symlinkSync(join(outside, 'ee'), join(directory, 'layers/ee'));
  for (const path of [
    join(directory, 'thesis.txt'),
    join(directory, 'documents/thesis.txt'),
    join(directory, `${hex}.json`),
    join(directory, 'layers/thesis.txt'),
    join(directory, 'layers/zz', `${hex}.json`),
    join(shard, 'thesis.txt'),
    join(shard, `${hex}.JSON`),
    join(shard, `${hex.slice(1)}.json`),
    join(shard, '.thesis.tmp'),
  ]) {
    writeFileSync(path, 'precious');
    age(path, 1000);
  }
  mkdirSync(join(shard, `${'1'.repeat(62)}.json`));
  symlinkSync(join(outside, 'ee', `${hex}.json`), join(shard, `${'2'.repeat(62)}.json`));
  makeFifo(join(shard, `${'3'.repeat(62)}.json`));
}

test('neither pruning nor clearing removes what the cache did not make, nor follows links', () =>
  withCache({ old: 100, new: 0 }, (directory) => {
    const outside = `${directory}-outside`;
    addForeign(directory, outside);
    const all = (): string[] => [...filesBelow(directory), ...filesBelow(outside)];
    const before = all();
    const own = ['old', 'new'].map((name) => entryPath(directory, keyOf(name)).slice(directory.length + 1));
    assert.equal(cacheStats(directory).entries, 2);
    pruneCache(directory, { maxAge: 30 });
    assert.deepEqual(
      all(),
      before.filter((path) => path !== own[0]),
    );
    clearCache(directory);
    const empty = shardDirectory(directory, keyOf('new')).slice(directory.length + 1);
    assert.deepEqual(
      all(),
      before.filter((path) => !own.includes(path) && path !== empty),
    );
  }));

test('clearing removes all of the cache but its directory', () =>
  withCache({ old: 100, new: 0 }, (directory) => {
    const { cache } = openCache(directory);
    cache.store(keyOf('more'), factsOf('more'));
    cache.close();
    const { bytes } = cacheStats(directory);
    assert.deepEqual(clearCache(directory), { removed: 2, bytes, left: 0 });
    assert.deepEqual(filesBelow(directory), []);
    assert.deepEqual(clearCache(directory), { removed: 0, bytes: 0, left: 0 });
  }));

test('a stamp that is not ours stays', () =>
  withCache({ old: 100 }, (directory) => {
    writeFileSync(join(directory, 'pruned'), 'apples');
    clearCache(directory);
    assert.deepEqual(filesBelow(directory), ['pruned']);
  }));

test('there may be no cache at all', () =>
  withTempDir((root) => {
    const directory = join(root, 'cache');
    assert.deepEqual(cacheStats(directory), { entries: 0, bytes: 0, oldestUse: undefined, newestUse: undefined });
    assert.deepEqual(pruneCache(directory, { maxAge: 0 }), { removed: 0, bytes: 0, left: 0 });
    assert.deepEqual(clearCache(directory), { removed: 0, bytes: 0, left: 0 });
    assert.equal(existsSync(directory), false);
  }));
