import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { decompressByProgram, type ProgramFormat } from '../../src/tar/decompress-program.js';
import { requireTool } from '../support/cli-tools.js';
import { withTempDir } from '../support/temp-dir.js';

const { PATH } = process.env;

const TEXT = Buffer.from('plain text, again and again. '.repeat(30_000));
const FORMATS: readonly ProgramFormat[] = ['xz', 'bzip2', 'zstd'];

for (const format of FORMATS) {
  test(`${format} gives the bytes that it packed, and says what is wrong with broken ones`, async (t) => {
    if (!requireTool(t, [format, '--version'], 'to pack')) return;
    const packed = execFileSync(format, ['-c'], { input: TEXT });
    assert.ok((await run(format, [packed])).equals(TEXT));
    await assert.rejects(run(format, [packed.subarray(0, -9)]), { message: new RegExp(`^${format} failed: .*\\w`) });
  });
}

test('a program that is not there is an error that says what to install', async (t) =>
  withTempDir(async (directory) => {
    usePath(t, directory);
    await assert.rejects(decompressByProgram('bzip2', Readable.from([]), { what: 'my.tar' }), {
      code: 'INPUT_INVALID',
      path: 'my.tar',
      message: 'my.tar is compressed with bzip2, and the program bzip2 is not installed',
      hint: 'Install bzip2 (package bzip2), or decompress the file first.',
    });
    writeFileSync(join(directory, 'xz'), '');
    await assert.rejects(decompressByProgram('xz', Readable.from([]), { what: 'my.tar' }), {
      code: 'INPUT_INVALID',
      message: /^my\.tar is compressed with xz, and xz cannot be run: spawn xz EACCES$/,
    });
  }));

test('a program that fails without a word is told by its status', (t) =>
  withProgram(t, 'cat >/dev/null; exit 3', async () => {
    await assert.rejects(run('xz', [TEXT]), { message: 'xz failed: status 3' });
  }));

test('a program that reads no more is told by what it says, not by the pipe that broke', (t) =>
  withProgram(t, 'echo one >&2; echo two >&2; exit 1', async () => {
    await assert.rejects(run('xz', Array(100).fill(TEXT)), { message: 'xz failed: two' });
  }));

test('an error of the input is an error of the result', (t) =>
  withProgram(t, 'exec cat', async () => {
    const failing = (async function* () {
      yield TEXT;
      throw new Error('disk on fire');
    })();
    const plain = await decompressByProgram('xz', failing, { what: 'x' });
    await assert.rejects(buffer(plain), /disk on fire/);
  }));

/** Does nothing any more, whatever comes, until it is ended. */
const STALLED = 'exec 3>"$ENDED"; echo begun; exec tail -f /dev/null';

test('an abort ends the program', (t) =>
  withProgram(t, STALLED, async (ended) => {
    const cancel = new AbortController();
    const plain = await decompressByProgram('xz', [TEXT].values() as never, { what: 'x', signal: cancel.signal });
    await once(plain, 'readable');
    cancel.abort();
    await assert.rejects(buffer(plain), /^Error: xz failed: status unknown$/);
    await ended;
  }));

test('the program is ended when nobody reads on, even if the input has stalled', (t) =>
  withProgram(t, STALLED, async (ended) => {
    const stalled = (async function* () {
      yield TEXT;
      await new Promise(() => {});
    })();
    const plain = await decompressByProgram('xz', stalled, { what: 'x' });
    await once(plain, 'readable');
    plain.destroy();
    await ended;
  }));

test('the program ends with this process, however that ends', (t) =>
  withProgram(t, 'exec 3>"$ENDED"; echo begun; exec cat', async (ended) => {
    const module = new URL('../../src/tar/decompress-program.js', import.meta.url).href;
    const code = `import { decompressByProgram } from ${JSON.stringify(module)};
      const stalled = (async function* () { await new Promise((done) => setTimeout(done, 1e8)); })();
      const plain = await decompressByProgram('xz', stalled, { what: 'x' });
      plain.once('data', () => process.kill(process.pid, 'SIGKILL'));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL');
    await ended;
  }));

async function run(format: ProgramFormat, chunks: readonly Buffer[]): Promise<Buffer> {
  return buffer(await decompressByProgram(format, Readable.from(chunks), { what: 'x' }));
}

/** Puts a shell script in the place of xz. `ended` resolves when the script has ended that wrote to `$ENDED`. */
async function withProgram(
  t: TestContext,
  script: string,
  action: (ended: Promise<unknown>) => Promise<void>,
): Promise<void> {
  await withTempDir(async (directory) => {
    const path = join(directory, 'xz');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    const fifo = join(directory, 'ended');
    usePath(t, `${directory}:${PATH}`);
    if (!script.includes('$ENDED')) return action(Promise.resolve());
    execFileSync('mkfifo', [fifo]);
    Object.assign(process.env, { ENDED: fifo });
    await action(buffer(createReadStream(fifo)));
  });
}

function usePath(t: TestContext, path: string): void {
  Object.assign(process.env, { PATH: path });
  t.after(() => Object.assign(process.env, { PATH }));
}
