/** Trees, disks and threads that fail while an image is built. */
import assert from 'node:assert/strict';
import { chmodSync, openSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Fault } from '../support/cli-fault.js';
import { runCli, runCliUnder } from '../support/cli-run.js';
import { makeDevice, makeFifo, makeSocket } from '../support/cli-special-files.js';
import { APP, TestStore } from '../support/cli-store.js';
import { requireTool } from '../support/cli-tools.js';

const HINT = 'A Nix store holds files, directories and symbolic links only. Remove it, or leave its path out.';
/** Takes from root what lets it read and write whatever the modes say. */
const UNPRIVILEGED = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] as const;

describe('a tree that cannot be a layer', { concurrency: 2 }, () => {
  for (const [what, make] of [
    ['a fifo', makeFifo],
    ['a socket', makeSocket],
  ] as const) {
    it(`since it holds ${what}`, async (t) => {
      const store = new TestStore(t);
      const path = `${store.at(APP)}/bin/odd`;
      make(path);
      const { status, stderr } = await runCli([store.conf(), '--store-root', store.root, '-o', store.output()]);
      assert.equal(
        stderr,
        `layerstream: ${path} is ${what}; a layer of store paths cannot hold it [FILE_UNSUPPORTED]\n  ${HINT}\n`,
      );
      assert.equal(status, 1);
      assert.deepEqual(store.left, []);
    });
  }

  for (const [what, name] of [
    ['file', 'bin/app'],
    ['directory', 'share'],
  ] as const) {
    it(`since a ${what} may not be read`, async (t) => {
      if (!requireTool(t, [...UNPRIVILEGED, 'true'], 'to be a user who may not read all')) return;
      const store = new TestStore(t);
      const path = `${store.at(APP)}/${name}`;
      chmodSync(path, 0);
      const args = [store.conf(), '--store-root', store.root, '-o', store.output(), '--progress', 'off'];
      const { status, stderr } = await runCliUnder(UNPRIVILEGED, args);
      assert.equal(
        stderr,
        `layerstream: ${path} may not be read: EACCES: permission denied [READ_FAILED]\n` +
          '  Run as a user who may read the whole closure.\n',
      );
      assert.equal(status, 1);
      assert.deepEqual(store.left, []);
    });
  }
});

describe('an output that cannot be written', { concurrency: 2 }, () => {
  it('is a full device, by name', async (t) => {
    const store = new TestStore(t);
    const device = makeDevice(t, store, 'full');
    if (device === undefined) return;
    const { status, stderr } = await runCli([store.conf(), '--store-root', store.root, '-o', device]);
    assert.match(stderr, /^layerstream: \S+full cannot be written: ENOSPC: .+ \[WRITE_FAILED\]\n {2}Make room/m);
    assert.equal(status, 1);
  });

  it('is a full device, as standard output', async (t) => {
    const store = new TestStore(t);
    const stdout = openSync('/dev/full', 'w');
    const { status, stderr } = await runCli([store.conf(), '--store-root', store.root], { stdout });
    assert.match(
      stderr,
      /^layerstream: standard output cannot be written: ENOSPC: .+ \[WRITE_FAILED\]\n {2}Make room/m,
    );
    assert.equal(status, 1);
  });

  it('is a file that may not become so large', async (t) => {
    const store = new TestStore(t);
    const limited = ['sh', '-c', 'ulimit -f 8; exec "$@"', 'sh'];
    const args = [store.conf(), '--store-root', store.root, '-o', store.output()];
    const { status, stderr } = await runCliUnder(limited, args);
    assert.match(stderr, /^layerstream: \S+image.tar cannot be written: EFBIG: file too large \[WRITE_FAILED\]$/m);
    assert.equal(status, 1);
    assert.deepEqual(store.left, []);
  });

  it('is in a directory that may not be written to', async (t) => {
    if (!requireTool(t, [...UNPRIVILEGED, 'true'], 'to be a user who may not write all')) return;
    const store = new TestStore(t);
    chmodSync(store.outputs, 0o555);
    const args = [store.conf(), '--store-root', store.root, '-o', store.output()];
    const { status, stderr } = await runCliUnder(UNPRIVILEGED, args);
    assert.equal(
      stderr,
      `layerstream: ${store.output()} cannot be written: no file can be made in ${store.outputs}: ` +
        'EACCES: permission denied [USAGE]\n  Write to a directory in which this user may make files.\n',
    );
    assert.equal(status, 2);
  });
});

describe('a thread that dies', { concurrency: 2 }, () => {
  for (const thread of ['pool', 'reader'] as const) {
    for (const at of ['start', `${APP}/bin/app`]) {
      for (const act of ['exit', 'fill-memory', ...(at === 'start' ? (['throw'] as const) : [])] as const) {
        it(`in the ${thread}, at ${at}, by ${act}`, (t) => dies(new TestStore(t), { thread, at, act }));
      }
    }
  }
});

describe('a thread that dies in a single pass', { concurrency: 2 }, () => {
  const places = [
    { thread: 'hasher', at: 'start' },
    { thread: 'reader', at: `${APP}/bin/app` },
  ] as const;
  for (const place of places) {
    for (const act of ['exit', 'fill-memory'] as const) {
      it(`the ${place.thread}, by ${act}`, (t) => dies(new TestStore(t), { ...place, act }, '--single-pass'));
    }
  }
});

async function dies(store: TestStore, fault: Fault, ...options: string[]): Promise<void> {
  const args = [store.conf(), '--store-root', store.root, '-o', store.output(), '--progress', 'off', ...options];
  const { status, stderr } = await runCli(args, { fault, nodeOptions: '--max-old-space-size=48' });
  const who = fault.thread === 'pool' ? 'a worker thread' : `the ${fault.thread} thread`;
  const why = {
    exit: '(.*exit.* code:? 0|it ended early)',
    throw: 'thrown by the test',
    'fill-memory': '.*memory.*',
    hold: '',
  }[fault.act];
  // A thread that ends before it has a task gives no reason. V8 may add a report of its own of a full heap.
  assert.match(stderr, new RegExp(`^layerstream: ${who} died: ${why} \\[WORKER_DIED\\]$`, 'm'));
  assert.doesNotMatch(stderr, /^ +at .+:\d+/m);
  assert.equal(status, 1);
  assert.deepEqual(store.left, []);
}
