/** Tests what a newer Node.js does differently, or only it can do, with a newer Node.js, whichever runs the other tests. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NEWER_NODE, requireNewerNode } from './support/newer-node.js';

/** Tests of which some need zstd; those that do say so in their names. */
const WITH_ZSTD = [
  'compression/codec',
  'compression/setting',
  'layer/content-digest',
  'threads/blobs/write-blob',
  'tar/compression',
  'tar/decompress',
  'tar/zstd-frames',
  'verify/layer-faults',
  'e2e/verify',
];

test('zstd works where Node.js has it', (t) => {
  if (!requireNewerNode(t)) return;
  const output = runTests('zstd', WITH_ZSTD);
  assert.match(output, /^ok .*zstd is among the settings that are tested here$/m);
});

test('a path below a file is refused by a newer Node.js too', (t) => {
  if (!requireNewerNode(t)) return;
  const output = runTests('below a file|a file stands above', ['files/stat', 'cache/directories', 'cli/cache']);
  for (const name of ['a path below a file', 'a file stands above it', 'what lies below a file']) {
    assert.match(output, new RegExp(`^ *ok .*${name}[^#]*$`, 'm'));
  }
});

/** Runs the tests with such names in these files, which must pass; gives what the newer Node.js printed. */
function runTests(names: string, files: readonly string[]): string {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = ['--test', '--test-reporter=tap', `--test-name-pattern=${names}`];
  const paths = files.map((file) => fileURLToPath(new URL(`${file}.test.js`, import.meta.url)));
  const { status, stdout, stderr } = spawnSync(NEWER_NODE, [...options, ...paths], { env, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}
