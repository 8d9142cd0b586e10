import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, isAbsolute, join, relative } from 'node:path';
import { test } from 'node:test';
import { outputError } from '../../src/files/output.js';
import { removeLeftovers, StagingDirectory, temporaryFault, temporaryPath } from '../../src/files/temporary.js';
import { fromPlainError, LayerstreamError, toPlainError } from '../../src/ground/errors.js';
import { withTempDir } from '../support/temp-dir.js';

const TEMPORARY = new URL('../../src/files/temporary.js', import.meta.url).href;
const NOT_ROOT = process.getuid?.() === 0 ? false : 'only root may give files away';

test('a staging directory is new, for its user alone, and is removed with all that it holds', () =>
  withTempDir(async (directory) => {
    const [one, two] = [await StagingDirectory.make(directory), await StagingDirectory.make(directory)];
    assert.notEqual(one.path, two.path);
    assert.equal(statSync(one.path).mode & 0o777, 0o700);
    writeFileSync(join(one.path, 'blob'), 'bytes');
    one.remove();
    assert.deepEqual(readdirSync(directory), [two.path.slice(directory.length + 1)]);
    two.remove();
    assert.deepEqual(readdirSync(directory), []);
  }));

test('removing a staging directory that is already gone is no error', () =>
  withTempDir(async (directory) => {
    const staging = await StagingDirectory.make(directory);
    rmSync(staging.path, { recursive: true });
    staging.remove();
  }));

test('the path of a staging directory does not depend on the working directory', () =>
  withTempDir(async (directory) => {
    const staging = await StagingDirectory.make(relative(process.cwd(), directory));
    assert.ok(isAbsolute(staging.path));
    staging.remove();
  }));

test('an error names the place where no staging directory can be made', () =>
  withTempDir(async (directory) => {
    const parent = join(directory, 'none');
    await assert.rejects(StagingDirectory.make(parent), {
      code: 'WRITE_FAILED',
      path: parent,
      message: `a temporary file in ${parent} cannot be written: ENOENT: no such file or directory`,
    });
  }));

test('an error of a file in a staging directory names the place instead', () =>
  withTempDir(async (directory) => {
    const staging = await StagingDirectory.make(directory);
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    // As it comes from another thread.
    const fault = fromPlainError(toPlainError(outputError(join(staging.path, 'blob'), full)));
    const explained = staging.explain(fault);
    assert.ok(explained instanceof LayerstreamError);
    assert.equal(
      explained.message,
      `a temporary file in ${directory} cannot be written: ENOSPC: no space left on device`,
    );
    assert.equal(explained.hint, 'Make room, or write elsewhere.');
    const other = outputError(join(directory, 'image.tar'), full);
    assert.equal(staging.explain(other), other);
    staging.remove();
  }));

test('a fault in the directory of the system says how to name another one', () => {
  const refused = Object.assign(new Error('EACCES: permission denied, open'), { code: 'EACCES' });
  assert.equal(temporaryFault(tmpdir(), refused).hint, 'Name a directory that has room for it in $TMPDIR.');
});

/** A path of a process that has ended. */
function deadPath(directory: string): string {
  const script = `
    import { temporaryPath } from ${JSON.stringify(TEMPORARY)};
    process.stdout.write(temporaryPath(process.argv[1]));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script, directory], { encoding: 'utf8' });
}

test('what dead processes left is removed, files and directories, and nothing else', () =>
  withTempDir(async (directory) => {
    const [file, tree, link] = [deadPath(directory), deadPath(directory), deadPath(directory)];
    writeFileSync(file, 'half of it');
    mkdirSync(join(tree, 'blobs'), { recursive: true });
    writeFileSync(join(tree, 'blobs/0'), 'blob');
    const kept = join(directory, 'kept');
    mkdirSync(join(kept, 'below'), { recursive: true });
    symlinkSync(kept, link);
    const name = basename(file);
    const others = [
      basename(temporaryPath(directory)),
      name.replace(/-[\da-f]{32}-/, `-${'0'.repeat(32)}-`),
      '.layerstream-0123456789abcdef.tmp',
      name.replace('.tmp', '.tar'),
      `a${name}`,
      'image.tar',
    ];
    for (const other of others) writeFileSync(join(directory, other), '');
    await removeLeftovers(directory);
    assert.deepEqual(readdirSync(directory).sort(), [...others, 'kept'].sort());
    assert.deepEqual(readdirSync(kept), ['below']);
  }));

test('a directory of another user is left alone', { skip: NOT_ROOT }, () =>
  withTempDir(async (directory) => {
    const tree = deadPath(directory);
    mkdirSync(tree);
    chownSync(tree, 1234, 1234);
    await removeLeftovers(directory);
    assert.deepEqual(readdirSync(directory), [basename(tree)]);
  }),
);

test('a directory that cannot be read has nothing to remove', () =>
  withTempDir((directory) => removeLeftovers(join(directory, 'none'))));
