import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArchiveEntry } from '../../src/tar/archive.js';
import { ArchiveIndex, plainName } from '../../src/tar/archive-index.js';

test('names are the same with and without ./ before them', () => {
  assert.equal(plainName('./a/b'), 'a/b');
  assert.equal(plainName('././/a'), 'a');
  assert.equal(plainName('/a'), 'a');
  assert.equal(plainName('/./a//b/././c/'), 'a/b/c/');
  assert.equal(plainName('a./.b/..c'), 'a./.b/..c');
  assert.equal(plainName('.a'), '.a');
  assert.equal(plainName('../a'), '../a');
  const index = indexOf([['./manifest.json', 'file', '']]);
  assert.equal(index.find('manifest.json')?.offset, 0);
  assert.equal(index.find('./manifest.json')?.offset, 0);
});

test('of several entries with one name the last counts', () => {
  assert.equal(
    indexOf([
      ['a', 'file', ''],
      ['./a', 'file', ''],
    ]).find('a')?.offset,
    1,
  );
});

test('symlinks and hard links lead to their file', () => {
  const index = indexOf([
    ['x/layer.tar', 'file', ''],
    ['y/layer.tar', 'symlink', '../x/layer.tar'],
    ['z/layer.tar', 'symlink', '../y/layer.tar'],
    ['hard', 'link', './z/layer.tar'],
  ]);
  for (const name of ['x/layer.tar', 'y/layer.tar', 'z/layer.tar', 'hard'])
    assert.equal(index.find(name)?.offset, 0, name);
  assert.equal(index.get('hard')?.offset, 3);
});

test('a loop, a link to nowhere, a directory and an unknown name lead to no file', () => {
  const index = indexOf([
    ['a', 'symlink', 'b'],
    ['b', 'symlink', 'a'],
    ['c', 'link', 'c'],
    ['d', 'symlink', 'nowhere'],
    ['e', 'directory', ''],
  ]);
  for (const name of ['a', 'c', 'd', 'e', 'f']) assert.equal(index.find(name), undefined, name);
});

test('a contiguous file is a file', () => {
  assert.equal(indexOf([['a', 'contiguous-file', '']]).find('a')?.offset, 0);
});

function indexOf(entries: readonly [name: string, type: ArchiveEntry['type'], linkName: string][]): ArchiveIndex {
  const index = new ArchiveIndex();
  entries.forEach(([name, type, linkName], offset) => {
    index.add({ name, type, linkName, size: 0, isSparse: false, offset });
  });
  return index;
}
