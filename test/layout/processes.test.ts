import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readLayout } from '../support/layouts.js';
import { tempDir } from '../support/temp-dir.js';

const BUILDER = fileURLToPath(new URL('../support/layout-builder.js', import.meta.url));

test('eight processes at once lose none of their images', async (t) => {
  const path = join(tempDir(t), 'layout');
  const prefixes = Array.from({ length: 8 }, (_, i) => `p${i}`);
  await Promise.all(prefixes.map((prefix) => run(path, prefix, 10)));
  const { names, blobs, reached } = readLayout(path);
  const expected = prefixes.flatMap((prefix) =>
    Array.from({ length: 10 }, (_, i) => `docker.io/library/${prefix}:${i}`),
  );
  assert.deepEqual([...names].sort(), expected.sort());
  assert.deepEqual(blobs, reached);
  assert.equal(existsSync(join(path, '.layerstream')), false);
});

test('a kill at any moment leaves a valid layout, and the next process cleans up', async (t) => {
  const path = join(tempDir(t), 'layout');
  for (let i = 0; i < 20; i++) {
    const killed = [start(path, 'a', 1000), start(path, 'b', 1000)];
    await Promise.all(killed.map(killSomeTime));
    readLayoutIfAny(path);
    await run(path, 'next', 1);
    const { names, blobs, reached } = readLayout(path);
    assert.ok(names.includes('docker.io/library/next:0'));
    assert.deepEqual(blobs, reached);
    assert.equal(existsSync(join(path, '.layerstream')), false);
  }
});

/** Kills a process after some of its steps, and then at no moment in particular. */
async function killSomeTime(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  assert.ok(child.stdout);
  let left = randomInt(1, 12);
  for await (const _ of createInterface(child.stdout)) if (--left === 0) break;
  for (let turns = randomInt(300); turns > 0; turns--) await setImmediate();
  child.kill('SIGKILL');
  await ended;
}

/** Killed early enough, its maker has not come to the point where it is one. */
function readLayoutIfAny(path: string): void {
  if (existsSync(join(path, 'blobs/sha256'))) readLayout(path);
}

async function run(path: string, prefix: string, count: number): Promise<void> {
  const child = start(path, prefix, count);
  child.stdout?.resume();
  const [status] = await once(child, 'exit');
  assert.equal(status, 0);
}

function start(path: string, prefix: string, count: number): ChildProcess {
  const args = [BUILDER, path, prefix, String(count)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}
