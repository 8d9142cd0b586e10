/** What only a newer Node.js can do is tested with one, whatever the rest is tested with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const NEWER_NODE = fileURLToPath(
  new URL(`../../../test/newer-node/node_modules/node-linux-${process.arch}/bin/node`, import.meta.url),
);

const TESTS = ['setting.test.js', 'codec.test.js', '../pool/write-blob.test.js', '../pool/blob-failures.test.js'].map(
  (file) => fileURLToPath(new URL(file, import.meta.url)),
);

test('zstd works where Node.js has it', (t) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { CI } = env;
  if (!existsSync(NEWER_NODE)) {
    const reason = 'needs a newer Node.js: npm ci --prefix test/newer-node';
    assert.notEqual(CI, 'true', reason);
    t.skip(reason);
    return;
  }
  const { status, stdout, stderr } = spawnSync(NEWER_NODE, ['--test', '--test-reporter=tap', ...TESTS], {
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /zstd is tested here too\n/);
  assert.doesNotMatch(stdout, /zstd is tested here too # SKIP/);
});
