import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { onDisk } from '../../src/inputs/on-disk.js';
import { tempDir } from '../support/temp-dir.js';

const STORE = '/nix/store';

/** A root whose store has a file, a directory, and links to both; and a link to it from outside. */
function makeRoot(t: Parameters<typeof tempDir>[0]): { directory: string; root: string; store: string } {
  const directory = tempDir(t);
  const root = join(directory, 'root');
  const store = root + STORE;
  mkdirSync(join(store, 'aaaa-dir/sub'), { recursive: true });
  writeFileSync(join(store, 'bbbb-file'), 'x');
  symlinkSync(`${STORE}/bbbb-file`, join(store, 'cccc-link'));
  symlinkSync('../../cccc-link', join(store, 'aaaa-dir/sub/up'));
  symlinkSync(`${STORE}/aaaa-dir`, join(store, 'dddd-dir'));
  symlinkSync(`${STORE}/dddd-dir/sub/up`, join(directory, 'result'));
  symlinkSync('result', join(directory, 'again'));
  return { directory, root, store };
}

test('links into the store lead to the store below the root, from anywhere and however many', (t) => {
  const { directory, root, store } = makeRoot(t);
  const places = { storeDir: STORE, storeRoot: root };
  for (const path of [
    `${STORE}/bbbb-file`,
    `${STORE}/cccc-link`,
    `${STORE}/dddd-dir/sub/up`,
    join(directory, 'result'),
    join(directory, 'again'),
    `${root}${STORE}/cccc-link`,
  ]) {
    assert.equal(onDisk(path, places), join(store, 'bbbb-file'), path);
  }
});

test('what is not of the store, or not there, has its own path', (t) => {
  const { directory, root, store } = makeRoot(t);
  const places = { storeDir: STORE, storeRoot: root };
  assert.equal(onDisk(`${STORE}/gone/x`, places), join(store, 'gone/x'));
  assert.equal(onDisk(directory, places), directory);
  assert.equal(onDisk('/nix/storefront', places), '/nix/storefront');
  assert.equal(onDisk('package.json', places), 'package.json');
  assert.equal(onDisk('../x', places), '../x');
});

test('without a root every path is its own', (t) => {
  const { directory } = makeRoot(t);
  for (const path of [`${STORE}/bbbb-file`, join(directory, 'result'), 'x/../y']) {
    assert.equal(onDisk(path, { storeDir: STORE, storeRoot: '' }), path);
  }
});

test('links in a circle end', (t) => {
  const { directory, root } = makeRoot(t);
  symlinkSync('circle', join(directory, 'circle'));
  const path = join(directory, 'circle');
  assert.equal(onDisk(path, { storeDir: STORE, storeRoot: root }), path);
});
