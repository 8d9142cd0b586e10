/** What only a newer Node.js can do is tested with one, whatever the rest is tested with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NEWER_NODE, requireNewerNode } from './support/newer-node.js';

/** Tests of which some need zstd; those that do say so in their names. */
const TESTS = [
  'compression/codec',
  'compression/setting',
  'layer/content-digest',
  'threads/write-blob',
  'tar/compression',
  'verify/layout',
  'e2e/verify',
].map((file) => fileURLToPath(new URL(`${file}.test.js`, import.meta.url)));

test('zstd works where Node.js has it', (t) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  if (!requireNewerNode(t)) return;
  const options = ['--test', '--test-reporter=tap', '--test-name-pattern=zstd'];
  const { status, stdout, stderr } = spawnSync(NEWER_NODE, [...options, ...TESTS], { env, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /zstd is tested here too\n/);
  assert.doesNotMatch(stdout, /zstd is tested here too # SKIP/);
});
