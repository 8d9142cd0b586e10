import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { layerFiles } from '../../src/layer/files.js';
import { makeStore, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

test("a layer's files come with the store path that they belong to, links and directories left out", () =>
  withTempDir(async (root) => {
    const store = makeStore(root);
    mkdirSync(join(store, 'a', 'bin'), { recursive: true });
    writeFileSync(join(store, 'a', 'bin', 'tool'), 'tool');
    symlinkSync('tool', join(store, 'a', 'bin', 'alias'));
    writeFileSync(join(store, 'b'), '');
    assert.deepEqual(
      [...layerFiles(scan(specOf(root, ['a', 'b'])))],
      [
        { path: '/nix/store/a/bin/tool', storePath: '/nix/store/a', size: 4 },
        { path: '/nix/store/b', storePath: '/nix/store/b', size: 0 },
      ],
    );
  }));

test('a layer that came as a tar shows no files', () => {
  const file = { kind: 'file', form: 'tar', fd: -1, device: 0n, inode: 0n, ctime: 0n, path: 'x' } as const;
  assert.deepEqual([...layerFiles({ ...file, offset: 0, size: 1024 })], []);
});
