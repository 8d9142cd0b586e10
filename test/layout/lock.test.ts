import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { withLock } from '../../src/layout/lock.js';
import { describeSelf, isAlive, LEASE } from '../../src/layout/owner.js';
import { tempDir } from '../support/temp-dir.js';

const OWNER = new URL('../../src/layout/owner.js', import.meta.url).href;
const LOCK = new URL('../../src/layout/lock.js', import.meta.url).href;

test('the folder is there as long as the lock is held', async (t) => {
  const folder = join(tempDir(t), 'folder');
  const held = await withLock(folder, () => readdirSync(folder));
  assert.deepEqual(held, ['lock']);
  assert.equal(existsSync(folder), false);
});

test('the lock is free again after a failure, which is passed on', async (t) => {
  const folder = join(tempDir(t), 'folder');
  const failure = new Error('failed');
  await assert.rejects(
    withLock(folder, () => {
      throw failure;
    }),
    failure,
  );
  assert.equal(await withLock(folder, () => 1), 1);
  assert.equal(existsSync(folder), false);
});

test('waiting too long fails, and names the process that has the lock', async (t) => {
  const folder = holdLock(tempDir(t), describeSelf());
  await assert.rejects(
    withLock(folder, () => assert.fail(), { patience: 0 }),
    {
      code: 'LAYOUT_BUSY',
      message: new RegExp(`lock was held by process ${process.pid} on .+ for more than 0 s`),
    },
  );
  assert.deepEqual(readdirSync(folder), ['lock']);
});

test('waiting can be stopped by a signal', async (t) => {
  const folder = holdLock(tempDir(t), describeSelf());
  const controller = new AbortController();
  const waiting = withLock(folder, () => assert.fail(), { signal: controller.signal });
  setImmediate(() => controller.abort(new Error('enough')));
  await assert.rejects(waiting, { code: 'ABORTED' });
  await assert.rejects(
    withLock(folder, () => assert.fail(), { signal: controller.signal }),
    { code: 'ABORTED' },
  );
});

test('a lock without an owner is taken', async (t) => {
  const folder = join(tempDir(t), 'folder');
  mkdirSync(join(folder, 'lock'), { recursive: true });
  assert.equal(await withLock(folder, () => 1), 1);
});

test('the lock of a process that was killed is broken', async (t) => {
  const folder = join(tempDir(t), 'folder');
  const script = `
    import { withLock } from ${JSON.stringify(LOCK)};
    await withLock(process.argv[1], () => process.kill(process.pid, 'SIGKILL'));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder]);
  const [, signal] = await once(child, 'exit');
  assert.equal(signal, 'SIGKILL');
  assert.equal(readdirSync(join(folder, 'lock')).length, 1);
  assert.equal(await withLock(folder, () => 1, { patience: 0 }), 1);
  assert.equal(existsSync(folder), false);
});

test('a process is alive until it ends, and a new process with its number is another one', (t) => {
  const path = join(tempDir(t), 'owner');
  assert.equal(isAlive(path), false);
  writeFileSync(path, describeSelf());
  assert.equal(isAlive(path), true);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(describeSelf()), started: '1' }));
  assert.equal(isAlive(path), false);
  const script = `import { describeSelf } from ${JSON.stringify(OWNER)}; console.log(describeSelf());`;
  writeFileSync(path, execFileSync(process.execPath, ['--input-type=module', '-e', script]));
  assert.equal(isAlive(path), false);
});

test('a process that was killed and not yet waited for is dead', async (t) => {
  const path = join(tempDir(t), 'owner');
  // Its parent does not wait for it before a second word.
  const script = `import { describeSelf } from '${OWNER}'; import { writeFileSync } from 'node:fs';
    writeFileSync(process.argv[1], describeSelf()); console.log('here'); setInterval(() => {}, 1000);`;
  const shell = spawn('python3', ['-c', WAIT_LATE, process.execPath, '--input-type=module', '-e', script, path]);
  t.after(() => shell.kill('SIGKILL'));
  // Line by line: Python may write a line in several chunks.
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'up');
  assert.equal(isAlive(path), true);
  shell.stdin.write('kill\n');
  assert.equal((await lines.next()).value, 'zombie');
  assert.equal(isAlive(path), false);
});

/** Starts a process, kills it on a word, and says when it is a zombie. */
const WAIT_LATE = `
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
child.stdout.readline()
print('up', flush=True)
sys.stdin.readline()
child.kill()
os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
print('zombie', flush=True)
sys.stdin.readline()
`;

for (const [who, text] of [
  ['another container or machine', JSON.stringify({ ...JSON.parse(describeSelf()), place: 'elsewhere' })],
  ['a process without /proc', JSON.stringify({ pid: process.pid, started: '', host: 'x' })],
  ['nobody that can be read', ''],
  ['something odd', '{"pid":-1}'],
] as const) {
  test(`an owner that is ${who} is alive as long as its file is young`, async (t) => {
    const folder = holdLock(tempDir(t), text);
    const path = join(folder, 'lock/owner');
    const [young, old] = [new Date(Date.now() - LEASE / 2), new Date(Date.now() - LEASE * 2)];
    utimesSync(path, young, young);
    await assert.rejects(
      withLock(folder, () => assert.fail(), { patience: 0 }),
      { code: 'LAYOUT_BUSY' },
    );
    utimesSync(path, old, old);
    assert.equal(await withLock(folder, () => 1, { patience: 0 }), 1);
  });
}

function holdLock(directory: string, owner: string): string {
  const folder = join(directory, 'folder');
  mkdirSync(join(folder, 'lock'), { recursive: true });
  writeFileSync(join(folder, 'lock/owner'), owner);
  return folder;
}
