import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locate, storeNamePrefix, storePathFault } from '../../src/config/store-path.js';

test('paths below the store are accepted', () => {
  for (const path of ['/nix/store/abc-x', '/nix/store/abc-x/bin/..x', '/nix/store/é', '/nix/store/\udc80']) {
    assert.equal(storePathFault(path, '/nix/store'), undefined, path);
  }
  assert.equal(storePathFault('/s/abc', '/s'), undefined);
});

const FAULTS: readonly [path: string, fault: string][] = [
  ['', 'a path below /nix/store'],
  ['nix/store/abc', 'a path below /nix/store'],
  ['/nix/store', 'a path below /nix/store'],
  ['/nix/storeabc', 'a path below /nix/store'],
  ['/nix/store/', 'a path without "." or empty components'],
  ['/nix/store/abc/', 'a path without "." or empty components'],
  ['/nix/store//abc', 'a path without "." or empty components'],
  ['/nix/store/./abc', 'a path without "." or empty components'],
  ['/nix/store/../abc', 'a path without ".."'],
  ['/nix/store/abc/..', 'a path without ".."'],
  ['/nix/store/a\0b', 'a path that can stand in a file system'],
  ['/nix/store/\ud800', 'a path that can stand in a file system'],
];

for (const [path, fault] of FAULTS) {
  test(`${JSON.stringify(path)} is refused`, () => {
    assert.equal(storePathFault(path, '/nix/store'), fault);
  });
}

test('the prefix that is cut ends with the store name', () => {
  assert.equal(storeNamePrefix('/nix/store/abc-x', '/nix/store'), '/nix/store/abc-x');
  assert.equal(storeNamePrefix('/nix/store/abc-x/lib/y', '/nix/store'), '/nix/store/abc-x');
});

test('only what lies in the store is looked for below the store root', () => {
  const places = { storeDir: '/nix/store', storeRoot: '/mnt' };
  assert.equal(locate('/nix/store/abc', places), '/mnt/nix/store/abc');
  assert.equal(locate('/srv/base.tar', places), '/srv/base.tar');
  assert.equal(locate('base.tar', places), 'base.tar');
  assert.equal(locate('/nix/storeabc', places), '/nix/storeabc');
});
