import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConf } from '../../src/config/parse.js';
import type { ConfIssue } from '../../src/ground/errors.js';
import { customisationTree, storeLayers } from '../../src/inputs/trees.js';
import { CURRENT_KIND, FIRST_KIND } from '../support/confs.js';
import { makeStore } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

const FIRST = parseConf(JSON.stringify(FIRST_KIND)).conf;
const CURRENT = parseConf(JSON.stringify(CURRENT_KIND)).conf;

test('each layer of a conf is a tree of its paths below the store root, in order', () =>
  withStore(['aaaa-x', 'bbbb-y', 'bbbb-z'], (places) => {
    const issues: ConfIssue[] = [];
    const layers = storeLayers(CURRENT, { places, issues, mayMiss: false });
    assert.deepEqual(issues, []);
    assert.deepEqual(
      layers.map(({ paths }) => paths),
      [['/nix/store/aaaa-x'], ['/nix/store/bbbb-y', '/nix/store/bbbb-z']],
    );
    for (const { source, paths } of layers) {
      assert.ok(source.kind === 'tree');
      const { root, cut, parents, ownership } = source.spec;
      assert.deepEqual([root, cut, parents], [places.storeRoot, '', 'store-parents']);
      assert.deepEqual(ownership, { kind: 'fixed', mtime: 1, uid: 0, gid: 0, uname: 'root', gname: 'root' });
      assert.deepEqual(source.spec.paths, paths);
    }
  }));

test('each path that is missing is an issue at its place', () =>
  withStore(['bbbb-y'], (places) => {
    const issues: ConfIssue[] = [];
    storeLayers(CURRENT, { places, issues, mayMiss: false });
    const at = (name: string): string => `${places.storeRoot}/nix/store/${name} does not exist`;
    assert.deepEqual(issues, [
      { place: 'store_layers[0][0]', message: at('aaaa-x') },
      { place: 'store_layers[1][1]', message: at('bbbb-z') },
    ]);
  }));

test('where paths may be missing, a layer that lacks one names the first, and nothing is an issue', () =>
  withStore(['aaaa-x', 'bbbb-y'], (places) => {
    const issues: ConfIssue[] = [];
    const [first, second] = storeLayers(CURRENT, { places, issues, mayMiss: true });
    assert.equal(first?.source.kind, 'tree');
    assert.deepEqual(second?.source, { kind: 'missing', path: `${places.storeRoot}/nix/store/bbbb-z` });
    assert.deepEqual(issues, []);
  }));

test('a customisation tree has its own store path cut, no parents, and the owners of its files', () => {
  const spec = customisationTree('/nix/store/cccc-custom/tree', FIRST, { storeDir: '/nix/store', storeRoot: '/root' });
  assert.deepEqual(
    [spec.paths, spec.root, spec.cut, spec.parents],
    [['/nix/store/cccc-custom/tree'], '/root', '/nix/store/cccc-custom', 'none'],
  );
  assert.equal(spec.ownership.kind, 'from-files');
});

function withStore(
  names: readonly string[],
  action: (places: { storeDir: string; storeRoot: string }) => void,
): Promise<void> {
  return withTempDir((storeRoot) => {
    const store = makeStore(storeRoot);
    for (const name of names) mkdirSync(join(store, name));
    action({ storeDir: '/nix/store', storeRoot });
  });
}
