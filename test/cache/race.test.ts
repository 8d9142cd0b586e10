/** Several processes at one cache. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clearCache } from '../../src/cache/prune.js';
import { factsOf, filesBelow, keyOf, openCache } from '../support/cache.js';
import { withTempDir } from '../support/temp-dir.js';

const STORER = fileURLToPath(new URL('../support/cache-storer.js', import.meta.url));
const KEYS = ['a', 'b', 'c'];

test('processes that store under the same keys during clearing leave complete entries and no temporary files', () =>
  withTempDir(async (root) => {
    const directory = join(root, 'cache');
    const enough = join(root, 'enough');
    const storers = ['one', 'two', 'three', 'four'].map((name) =>
      spawn(process.execPath, [STORER, directory, name, enough, ...KEYS], { stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    const { cache } = openCache(directory);
    let failed = false;
    const ends = storers.map(async (child) => {
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const [status] = await once(child, 'close');
      failed ||= status !== 0;
      return { status, stderr };
    });
    let seen = 0;
    // Storing and looking up run at the same time, without waiting: the loop ends when enough entries were found.
    for (let turn = 0; !failed && (seen < 1000 || turn < 1000); turn++) {
      for (const name of KEYS) {
        const found = cache.find(keyOf(name));
        // Never half an entry, or an entry of another layer.
        if (found !== undefined) assert.equal(found.diffId, factsOf(name).diffId);
        if (found !== undefined) seen++;
      }
      if (turn % 50 === 0) clearCache(directory);
      await new Promise((resolve) => setImmediate(resolve));
    }
    writeFileSync(enough, '');
    for (const end of await Promise.all(ends)) assert.deepEqual(end, { status: 0, stderr: '' });
    assert.deepEqual(
      filesBelow(directory).filter((path) => path.endsWith('.tmp')),
      [],
    );
  }));

test('two processes that store different blobs lose at most one of them', () =>
  withTempDir(async (root) => {
    const directory = join(root, 'cache');
    const storers = ['one', 'two'].map((name) =>
      spawn(process.execPath, [STORER, directory, name, '50', ...KEYS], { stdio: 'inherit' }),
    );
    for (const [status] of await Promise.all(storers.map((child) => once(child, 'close')))) assert.equal(status, 0);
    const { cache } = openCache(directory);
    for (const name of KEYS) {
      const found = cache.find(keyOf(name));
      assert.equal(found?.diffId, factsOf(name).diffId);
      assert.ok(found.blobs.size >= 1);
    }
  }));
