import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readBaseReference } from '../../src/inputs/base-layers.js';
import { makeStore } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

test('a name may follow the path of a base, unless the whole is a path', () =>
  withTempDir((root) => {
    const places = { storeDir: '/nix/store', storeRoot: root };
    writeFileSync(join(makeStore(root), 'base#1'), '');
    for (const path of ['/nix/store/base#1', '/nix/store/none', '/elsewhere/base#', '#1']) {
      assert.deepEqual(readBaseReference(path, places), { path, name: undefined });
    }
    assert.deepEqual(readBaseReference('/nix/store/base#1#app:1', places), {
      path: '/nix/store/base#1',
      name: 'app:1',
    });
  }));
