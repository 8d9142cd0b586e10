import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import type { ByteTarget } from '../../src/ground/byte-target.js';
import { Deferred } from '../../src/ground/deferred.js';
import { Stopwatch } from '../../src/ground/timing.js';
import { digestLayer } from '../../src/layer/digest.js';
import type { LayerContent } from '../../src/layer/source.js';
import type { Line } from '../../src/threads/line.js';
import { digest } from '../../src/threads/tasks/digest.js';
import { Threads } from '../../src/threads/threads.js';
import { Collected } from '../support/collected.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { makeStore, scan, specOf } from '../support/layers.js';
import { settle } from '../support/settle.js';
import { withTempDir } from '../support/temp-dir.js';

const DIED = { code: 'WORKER_DIED' } as const;
const WATCH = { watch: new Stopwatch(0) };

test('a line is used again while it is idle and of the kind that is wanted', ENDS_A_HANG, () =>
  withThreads(async ({ threads, content }) => {
    threads.prepareLine('reading');
    const line = await threads.openLine('reading');
    await line.request(content, undefined).copyTo(new Collected(), WATCH);
    assert.equal(await threads.openLine('reading'), line);
    const hashing = await threads.openLine('hashing');
    assert.notEqual(hashing, line);
    // A layer that was asked for and never copied would come first.
    hashing.request(content, undefined);
    assert.notEqual(await threads.openLine('hashing'), hashing);
  }),
);

for (const [place, name] of ['reader', 'hasher'].entries()) {
  test(`a ${name} that dies ends the copies of its line, and counts as died`, ENDS_A_HANG, () =>
    withThreads(async ({ threads, content, started }) => {
      const copies = copyTwice(await threads.openLine('hashing'), content);
      await settle();
      // The first one is of the pool.
      await started[1 + place]?.terminate();
      copies.release();
      await assert.rejects(threads.died, { ...DIED, message: new RegExp(`^the ${name} thread died: exit code \\d$`) });
      for (const copy of copies.ends) await assert.rejects(copy, DIED);
    }),
  );
}

test('a thread that dies while it copies ends its copy, and counts as died', ENDS_A_HANG, () =>
  withThreads(async ({ threads, content, started }) => {
    const stalled = stall();
    const copy = threads.copies.run({ content, diffId: await digestLayer(content) }, stalled.target);
    copy.catch(() => {});
    await stalled.begun;
    await started.at(-1)?.terminate();
    stalled.release();
    await assert.rejects(threads.died, { ...DIED, message: /^the copying thread died: exit code \d$/ });
    await assert.rejects(copy, DIED);
  }),
);

test('a thread of the pool that dies ends all tasks, and counts as died', ENDS_A_HANG, () =>
  withThreads(async ({ threads, content, started }) => {
    const tasks = [1, 2, 1].map((count) =>
      digest(threads.pool, content, { hashed: threads.hashed, threads: count === 1 ? 1 : 2 }),
    );
    for (const task of tasks) task.catch(() => {});
    await settle();
    await started[0]?.terminate();
    await assert.rejects(threads.pool.died, DIED);
    for (const task of tasks) await assert.rejects(task, DIED);
    await assert.rejects(digest(threads.pool, content, { hashed: threads.hashed, threads: 1 }), DIED);
  }),
);

test('a thread of the pool that dies without a task counts as died, too', ENDS_A_HANG, () =>
  withThreads(async ({ threads, started }) => {
    await settle();
    await started[0]?.terminate();
    await assert.rejects(threads.pool.died, DIED);
  }),
);

test('a close ends all waits, may be called twice, and is no death', ENDS_A_HANG, () =>
  withThreads(async ({ threads, content }) => {
    let hasDied = false;
    threads.died.catch(() => {
      hasDied = true;
    });
    const stalled = stall();
    const copy = threads.copies.run({ content, diffId: await digestLayer(content) }, stalled.target);
    const copies = copyTwice(await threads.openLine('hashing'), content);
    const waits = [copy, ...copies.ends];
    for (const wait of waits) wait.catch(() => {});
    await stalled.begun;
    await Promise.all([threads.close(), threads.close()]);
    stalled.release();
    copies.release();
    for (const wait of waits) await assert.rejects(wait, { name: 'LayerstreamError' });
    await threads.close();
    assert.equal(hasDied, false);
  }),
);

test('an impossible number of workers is the fault of the call', () => {
  for (const workers of [0, -1, 1.5, 1025, Number.NaN]) {
    assert.throws(() => new Threads({ workers }), { code: 'USAGE', message: /from 1 to 1024/ });
  }
});

/** Two copies of a layer, the first of which waits at its first bytes. */
function copyTwice(line: Line, content: LayerContent): { readonly ends: readonly Promise<unknown>[]; release(): void } {
  const stalled = stall();
  const [first, second] = [line.request(content, undefined), line.request(content, undefined)];
  const one = first.copyTo(stalled.target, WATCH);
  const two = one.catch(() => {}).then(() => second.copyTo(new Collected(), WATCH));
  for (const end of [one, two]) end.catch(() => {});
  return { ends: [one, two], release: stalled.release };
}

function stall(): { readonly target: ByteTarget; readonly begun: Promise<void>; release(): void } {
  const [begun, open] = [new Deferred<void>(), new Deferred<void>()];
  const target: ByteTarget = {
    write: () => {
      begun.resolve();
      return open.promise;
    },
  };
  return { target, begun: begun.promise, release: () => open.resolve() };
}

interface Setup {
  readonly threads: Threads;
  /** Of more bytes than a line has room for. */
  readonly content: LayerContent;
  /** All threads so far but those of this turn of the event loop, the first one of the pool. */
  readonly started: readonly Worker[];
}

async function withThreads(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withTempDir(async (root) => {
    writeFileSync(join(makeStore(root), 'x'), Buffer.alloc(40_000_000, 'abc'));
    const content = scan(specOf(root, ['x']));
    const started: Worker[] = [];
    const note = (worker: Worker): void => {
      started.push(worker);
    };
    process.on('worker', note);
    const threads = new Threads({ workers: 2 });
    try {
      await action({ threads, content, started });
    } finally {
      process.off('worker', note);
      await threads.close();
    }
  });
}
