import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { openFileOutput } from '../../src/files/file-output.js';
import { openDescriptors } from '../support/descriptors.js';
import { withTempDir } from '../support/temp-dir.js';

const TEXT = Buffer.from('all of it');
const NOT_ROOT = process.getuid?.() === 0 ? false : 'only root may give files away';

test('a file gets its name when it is complete, and nothing else is left', () =>
  withTempDir(async (directory) => {
    const path = join(directory, 'image.tar');
    const output = await openFileOutput(path);
    await output.write(TEXT.subarray(0, 3));
    await output.write(TEXT.subarray(3));
    assert.equal(readdirSync(directory).includes('image.tar'), false);
    await output.commit();
    assert.deepEqual(readdirSync(directory), ['image.tar']);
    assert.ok(readFileSync(path).equals(TEXT));
    assert.deepEqual(openDescriptors(directory), []);
  }));

test('a file that is there stays as it is until the new one is complete', () =>
  withTempDir(async (directory) => {
    const path = join(directory, 'image.tar');
    writeFileSync(path, 'old');
    const output = await openFileOutput(path);
    await output.write(TEXT);
    assert.equal(readFileSync(path, 'utf8'), 'old');
    await output.commit();
    assert.ok(readFileSync(path).equals(TEXT));
  }));

test('an aborted output leaves no file when the call returns, and the old file unchanged', () =>
  withTempDir(async (directory) => {
    const path = join(directory, 'image.tar');
    writeFileSync(path, 'old');
    const output = await openFileOutput(path);
    await output.write(TEXT);
    output.abort();
    assert.deepEqual(readdirSync(directory), ['image.tar']);
    assert.equal(readFileSync(path, 'utf8'), 'old');
    output.abort();
  }));

test('a file that is replaced keeps its mode, and nobody else may read the new one before', () =>
  withTempDir(async (directory) => {
    const path = join(directory, 'image.tar');
    for (const mode of [0o600, 0o640, 0o666, 0o444]) {
      rmSync(path, { force: true });
      writeFileSync(path, 'old');
      chmodSync(path, mode);
      const output = await openFileOutput(path);
      for (const name of readdirSync(directory)) assert.equal(statSync(join(directory, name)).mode & 0o777, mode, name);
      await output.write(TEXT);
      await output.commit();
      assert.equal(statSync(path).mode & 0o777, mode);
      assert.ok(readFileSync(path).equals(TEXT));
    }
  }));

test('a new file has the mode that the umask leaves', () =>
  withTempDir(async (directory) => {
    const path = join(directory, 'image.tar');
    const output = await openFileOutput(path);
    await output.commit();
    writeFileSync(join(directory, 'other'), '');
    assert.equal(statSync(path).mode, statSync(join(directory, 'other')).mode);
  }));

test('a file that is replaced keeps its owner and its group', { skip: NOT_ROOT }, () =>
  withTempDir(async (directory) => {
    const path = join(directory, 'image.tar');
    writeFileSync(path, 'old');
    chownSync(path, 1234, 5678);
    chmodSync(path, 0o640);
    const output = await openFileOutput(path);
    await output.commit();
    const { uid, gid, mode } = statSync(path);
    assert.deepEqual([uid, gid, mode & 0o777], [1234, 5678, 0o640]);
  }),
);

test('a file whose group cannot be kept is no more open to another group than to all', { skip: NOT_ROOT }, () =>
  withTempDir(async (directory) => {
    const path = join(directory, 'image.tar');
    writeFileSync(path, 'old');
    chownSync(path, 1234, 5678);
    chmodSync(path, 0o664);
    chmodSync(directory, 0o777);
    runAsUser(`
      const output = await openFileOutput(${JSON.stringify(path)});
      await output.commit();`);
    const { uid, gid, mode } = statSync(path);
    assert.deepEqual([uid, gid, mode & 0o777], [4321, 4321, 0o644]);
  }),
);

test('a link stays a link, and the file it points to is written', () =>
  withTempDir(async (directory) => {
    mkdirSync(join(directory, 'real'));
    writeFileSync(join(directory, 'real/file'), 'old');
    symlinkSync('real/file', join(directory, 'link'));
    const output = await openFileOutput(join(directory, 'link'));
    await output.write(TEXT);
    await output.commit();
    assert.equal(lstatSync(join(directory, 'link')).isSymbolicLink(), true);
    assert.ok(readFileSync(join(directory, 'real/file')).equals(TEXT));
    assert.deepEqual(readdirSync(join(directory, 'real')), ['file']);
  }));

test('an output is staged where its file will appear, not where a link to it lies', () =>
  withTempDir(async (directory) => {
    mkdirSync(join(directory, 'real'));
    symlinkSync('real/new', join(directory, 'dangling'));
    writeFileSync(join(directory, 'real/file'), 'old');
    symlinkSync('real/file', join(directory, 'link'));
    for (const name of ['dangling', 'link', 'real/file', 'real/other']) {
      const output = await openFileOutput(join(directory, name));
      assert.equal(output.stagingParent, join(directory, 'real'), name);
      output.abort();
    }
    const relativePath = relative(process.cwd(), join(directory, 'new'));
    const output = await openFileOutput(relativePath);
    assert.equal(output.stagingParent, directory);
    output.abort();
  }));

test('a device is staged in the directory for temporary files', async () => {
  const output = await openFileOutput('/dev/full');
  assert.equal(output.stagingParent, tmpdir());
  output.abort();
});

test('what is no regular file is written to, and not replaced', () =>
  withTempDir(async (directory) => {
    // Not /dev/null: where root runs the tests, a fault here would replace the real one.
    const path = join(directory, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const output = await openFileOutput(path);
    await output.write(TEXT);
    await output.commit();
    (await openFileOutput(path)).abort();
    const read = Buffer.alloc(100);
    assert.equal(readSync(reader, read), TEXT.length);
    closeSync(reader);
    assert.ok(read.subarray(0, TEXT.length).equals(TEXT));
    assert.equal(statSync(path).isFIFO(), true);
    assert.deepEqual(readdirSync(directory), ['pipe']);
  }));

test('a full device is reported, with what to do', async () => {
  const output = await openFileOutput('/dev/full');
  await assert.rejects(output.write(TEXT), {
    code: 'WRITE_FAILED',
    path: '/dev/full',
    message: '/dev/full cannot be written: ENOSPC: no space left on device',
    hint: 'Make room, or write elsewhere.',
  });
  output.abort();
});

test('a path that can be no file is reported before anything is written', () =>
  withTempDir(async (directory) => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    for (const [path, fault] of [
      [join(directory, 'none/image.tar'), `directory ${directory}/none does not exist`],
      [join(directory, 'file/image.tar'), `${file} is not a directory`],
      [join(directory, 'file/none/image.tar'), `${file}/none is not a directory`],
      [directory, 'it is a directory'],
      [`${directory}/`, 'it names no file'],
      ['', 'it names no file'],
    ] as const) {
      await assert.rejects(openFileOutput(path), {
        code: 'USAGE',
        path,
        message: `${path} cannot be written: ${fault}`,
      });
    }
    assert.deepEqual(readdirSync(directory), ['file']);
  }));

for (const [what, mode, owner] of [
  ['a directory in which no file can be made', 0o555, 0],
  ['a directory in which only owners replace files', 0o1777, 1234],
] as const) {
  test(`a file in ${what} is written in place`, { skip: NOT_ROOT }, () =>
    withTempDir((directory) => {
      const path = join(directory, 'image.tar');
      writeFileSync(path, 'old');
      chownSync(path, owner, owner);
      chmodSync(path, 0o666);
      chmodSync(directory, mode);
      const { ino } = statSync(path);
      runAsUser(`
        const output = await openFileOutput(${JSON.stringify(path)});
        await output.write(Buffer.from('new'));
        await output.commit();`);
      assert.equal(readFileSync(path, 'utf8'), 'new');
      assert.equal(statSync(path).ino, ino);
      assert.deepEqual(readdirSync(directory), ['image.tar']);
    }),
  );
}

test('where neither a file nor its directory may be written to, the directory is named', { skip: NOT_ROOT }, () =>
  withTempDir((directory) => {
    const path = join(directory, 'image.tar');
    writeFileSync(path, 'old');
    chmodSync(directory, 0o755);
    for (const name of [path, join(directory, 'new.tar')]) {
      const message = runAsUser(
        `await openFileOutput(${JSON.stringify(name)}).catch(({ message }) => console.log(message));`,
      );
      assert.equal(
        message,
        `${name} cannot be written: no file can be made in ${directory}: EACCES: permission denied\n`,
      );
    }
  }),
);

test('a folder that vanished is reported when the file gets its name', () =>
  withTempDir(async (directory) => {
    mkdirSync(join(directory, 'd'));
    const path = join(directory, 'd/image.tar');
    const output = await openFileOutput(path);
    rmSync(join(directory, 'd'), { recursive: true });
    await assert.rejects(output.commit(), { code: 'WRITE_FAILED', path, message: /: ENOENT: / });
  }));

/** Runs a script as a user without powers, and returns what it prints. */
function runAsUser(script: string): string {
  const module = JSON.stringify(new URL('../../src/files/file-output.js', import.meta.url).href);
  const program = `
    const { openFileOutput } = await import(${module});
    process.setgroups([]);
    process.setgid(4321);
    process.setuid(4321);
    ${script}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}
