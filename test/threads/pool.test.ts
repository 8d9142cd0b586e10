import assert from 'node:assert/strict';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { threadId } from 'node:worker_threads';
import { digestLayer } from '../../src/layer/digest.js';
import { joinSlices } from '../../src/scan/walk.js';
import { BlobTeams } from '../../src/threads/blob-teams.js';
import { Pool } from '../../src/threads/pool.js';
import { runTask } from '../../src/threads/run-task.js';
import { digest } from '../../src/threads/tasks/digest.js';
import { scan } from '../../src/threads/tasks/scan.js';
import { makeStore, scan as scanHere, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

const counter = () => new BigInt64Array(new SharedArrayBuffer(8));

test('threads scan and hash as this one does, and count what they hashed', () =>
  withPool(async (pool, root) => {
    const content = scanHere(specOf(root, ['x']));
    const { value, timing } = await scan(pool, content.spec);
    const scanned = joinSlices(content.spec, [value]);
    assert.deepEqual(scanned, content);
    assert.notEqual(timing.thread, threadId);
    const hashed = counter();
    const digested = await digest(pool, scanned, { hashed, threads: 1 });
    assert.equal(digested.value, await digestLayer(content));
    assert.equal(Number(hashed[0]), content.size);
  }));

test('a second thread that reads ahead changes nothing, and its failure is the one that counts', () =>
  withPool(async (pool, root) => {
    const big = join(root, 'nix/store/big');
    writeFileSync(big, Buffer.alloc(5_000_000, 'big '));
    const content = scanHere(specOf(root, ['x', 'big']));
    const hashed = counter();
    const { value, reading, timing } = await digest(pool, content, { hashed, threads: 2 });
    assert.equal(value, await digestLayer(content));
    assert.equal(Number(hashed[0]), content.size);
    assert.notEqual((reading ?? assert.fail()).thread, timing.thread);
    truncateSync(big, 10);
    await assert.rejects(digest(pool, content, { hashed: counter(), threads: 2 }), { code: 'PATH_CHANGED', path: big });
    // Both threads go on.
    await Promise.all([digest(pool, scanHere(content.spec), { hashed, threads: 1 }), scan(pool, content.spec)]);
  }));

test('threads that hash give way to those that read and write a stream; where there is none they do not', (t) =>
  withPool(async (pool, root) => {
    // The tests themselves may run below others.
    const own = getPriority();
    if (own >= 10) return t.skip(`threads cannot give way where all are as nice as ${own}`);
    const lowered = (): number => priorities().filter((nice) => nice > own).length;
    const before = lowered();
    const content = scanHere(specOf(root, ['x']));
    await scan(pool, content.spec);
    const place = { path: join(root, 'blob') };
    await new BlobTeams(pool, pool.threads).write(content, {
      place,
      compression: { kind: 'none' },
      threads: 1,
      hashed: counter(),
    });
    assert.equal(lowered(), before);
    await digest(pool, content, { hashed: counter(), threads: 1 });
    assert.equal(lowered(), before + 1);
  }));

test('a failure in a thread comes with its code and its path', () =>
  withPool(async (pool, root) => {
    const gone = join(root, 'nix/store/gone');
    await assert.rejects(scan(pool, specOf(root, ['gone'])), { code: 'PATH_CHANGED', path: gone });
    // The thread goes on.
    assert.equal((await scan(pool, specOf(root, ['x']))).value.listing.count, 1);
  }));

test('a thread that is stopped in the middle of its work counts as died', () =>
  withPool(async (pool, root) => {
    const content = scanHere(specOf(root, ['x']));
    const digested = digest(pool, content, { hashed: counter(), threads: 1 });
    const rejected = assert.rejects(digested, { code: 'WORKER_DIED' });
    await pool.close();
    await rejected;
  }));

test('a thread that answers while it is stopped does no harm', () =>
  withTempDir(async (root) => {
    writeFileSync(join(makeStore(root), 'x'), 'abc');
    const content = scanHere(specOf(root, ['x']));
    for (let i = 0; i < 10; i++) {
      const pool = new Pool(1);
      await scan(pool, content.spec);
      const hashed = counter();
      const ended = digest(pool, content, { hashed, threads: 1 }).catch((error: unknown) => error);
      // Held until the answer is on its way, and cannot be taken. To spin would keep the core from a
      // thread that gives way.
      const asleep = new Int32Array(new SharedArrayBuffer(4));
      while (Atomics.load(hashed, 0) < content.size) Atomics.wait(asleep, 0, 0, 1);
      await pool.close();
      await ended;
    }
  }));

test('a task never throws: a failure that nobody foresaw is an answer too', async () => {
  // A spec that no caller can make.
  const answer = await runTask({ kind: 'scan', spec: specOf('/none', [], { paths: undefined } as never) });
  assert.equal(answer.ok, false);
  assert.equal(answer.ok === false && answer.error.code, 'INTERNAL');
});

/** How nice each thread of this process is (proc_pid_stat(5), the 19th field). */
function priorities(): number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

async function withPool(action: (pool: Pool, root: string) => Promise<void>): Promise<void> {
  await withTempDir(async (root) => {
    writeFileSync(join(makeStore(root), 'x'), Buffer.alloc(8_000_000, 'abc'));
    const pool = new Pool(2);
    try {
      await action(pool, root);
    } finally {
      await pool.close();
    }
  });
}
