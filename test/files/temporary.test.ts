import assert from 'node:assert/strict';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { test } from 'node:test';
import { StagingDirectory } from '../../src/files/temporary.js';
import { withTempDir } from '../support/temp-dir.js';

test('a staging directory is new, for its user alone, and is removed with all that it holds', () =>
  withTempDir((directory) => {
    const [one, two] = [new StagingDirectory(directory), new StagingDirectory(directory)];
    assert.notEqual(one.path, two.path);
    assert.equal(statSync(one.path).mode & 0o777, 0o700);
    writeFileSync(join(one.path, 'blob'), 'bytes');
    one.remove();
    assert.deepEqual(readdirSync(directory), [two.path.slice(directory.length + 1)]);
    two.remove();
    assert.deepEqual(readdirSync(directory), []);
  }));

test('removing a staging directory that is already gone is no error', () =>
  withTempDir((directory) => {
    const staging = new StagingDirectory(directory);
    rmSync(staging.path, { recursive: true });
    staging.remove();
  }));

test('the path of a staging directory does not depend on the working directory', () =>
  withTempDir((directory) => {
    const staging = new StagingDirectory(relative(process.cwd(), directory));
    assert.ok(isAbsolute(staging.path));
    staging.remove();
  }));

test('an error names the place where no staging directory can be made', () =>
  withTempDir((directory) => {
    const parent = join(directory, 'none');
    assert.throws(() => new StagingDirectory(parent), { code: 'WRITE_FAILED', message: /none\/.+: ENOENT: / });
  }));
