import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '../support/temp-dir.js';
import { readOutcomes } from './outcome.js';

const REPORTER = new URL('./outcome-reporter.js', import.meta.url).href;

const TESTS = `import { describe, it } from 'node:test';
describe('a suite', { skip: 'needs x: apt-get install x' }, () => it('inside', () => {}));
describe('another', () => {
  it('runs', () => {});
  it('stops', (t) => t.skip('root may write anywhere'));
  it('fails', () => { throw new Error(); });
  it('gives no reason', { skip: true }, () => {});
});
`;

test('what ran and what was skipped is written for the end of the run', (t) => {
  const file = join(tempDir(t), 'some.test.mjs');
  writeFileSync(file, TESTS);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = ['--test', `--test-reporter=${REPORTER}`, '--test-reporter-destination=stdout'];
  const { stdout } = spawnSync(process.execPath, [...options, file], { env, encoding: 'utf8' });
  assert.deepEqual(
    readOutcomes(stdout).filter(({ name }) => name !== 'another'),
    [
      { file, name: 'a suite', skipped: 'needs x: apt-get install x' },
      { file, name: 'runs' },
      { file, name: 'stops', skipped: 'root may write anywhere' },
      { file, name: 'gives no reason', skipped: 'no reason is given' },
    ],
  );
});
