/** Signals, at any time: the program ends at once, by that very signal, and leaves no file and no process. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { stalled } from '../support/cli-events.js';
import { TestPipe } from '../support/cli-pipe.js';
import { CLI, CliProcess, startCli } from '../support/cli-run.js';
import { APP, TestStore } from '../support/cli-store.js';
import { requireTool } from '../support/cli-tools.js';

/** Starts the program and brings it to a moment. */
type Moment = (t: TestContext, store: TestStore) => Promise<CliProcess>;

function heldAt(thread: 'pool' | 'reader'): Moment {
  return async (_, store) => {
    const run = startCli([store.conf(), '--store-root', store.root, '-o', store.output()], {
      fault: { thread, at: `${APP}/bin/app`, act: 'hold' },
    });
    await run.held();
    assert.equal(store.left.length, 1, 'the temporary file is there');
    return run;
  };
}

const MOMENTS: Readonly<Record<string, Moment>> = {
  'while layers are hashed': heldAt('pool'),
  'while layers are written to a file': heldAt('reader'),
  'while nothing is read from a pipe': async (t, store) => {
    store.tree(APP, { large: Buffer.alloc(8_000_000) });
    const pipe = new TestPipe(t, store);
    const args = [store.conf(), '--store-root', store.root, '--progress', 'json'];
    const run = startCli(args, { stdout: pipe.writing });
    pipe.given();
    await stalled(run);
    return run;
  },
  'while nothing is read from a socket': async (_, store) => {
    store.tree(APP, { large: Buffer.alloc(8_000_000) });
    const run = startCli([store.conf(), '--store-root', store.root, '--progress', 'json'], { unread: true });
    await stalled(run);
    return run;
  },
  'while a conf is awaited': async (_, store) => {
    const run = startCli(['-', '--store-root', store.root, '-o', store.output()], {
      openInput: true,
      fault: { thread: 'main', at: 'start', act: 'hold' },
    });
    await run.held();
    run.release();
    return run;
  },
};

for (const [moment, bring] of Object.entries(MOMENTS)) {
  describe(`a signal ${moment}`, { concurrency: 2 }, () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      it(signal, async (t) => {
        const store = new TestStore(t);
        const run = await bring(t, store);
        run.child.kill(signal);
        run.child.stdout?.resume();
        const outcome = await run.ended;
        assert.equal(outcome.signal, signal);
        assert.equal(outcome.status, null);
        assert.doesNotMatch(outcome.stderr, /layerstream:|^ +at /m);
        assert.deepEqual(store.left, []);
      });
    }
  });
}

describe('a signal to the first process of a PID namespace, as in a container', { concurrency: 2 }, () => {
  const namespace = ['unshare', '--pid', '--fork', '--mount-proc'] as const;

  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`${signal} ends it with the status of that signal, and nothing is printed or left`, async (t) => {
      if (!requireTool(t, [...namespace, 'true'], 'to be the first process of a namespace')) return;
      const store = new TestStore(t);
      store.tree(APP, { large: Buffer.alloc(8_000_000) });
      const args = [CLI, 'oci', store.conf(), '-o', '-', '--store-root', store.root, '--progress', 'json'];
      const [command, ...options] = namespace;
      const env = { TMPDIR: store.outputs };
      const run = new CliProcess(command, [...options, process.execPath, ...args], { unread: true, env });
      await stalled(run);
      const children = readFileSync(`/proc/${run.pid}/task/${run.pid}/children`, 'utf8').trim().split(' ');
      assert.equal(children.length, 1);
      process.kill(Number(children[0]), signal);
      run.child.stdout?.resume();
      const outcome = await run.ended;
      assert.equal(outcome.status, status);
      assert.equal(outcome.signal, null);
      assert.doesNotMatch(outcome.stderr, /layerstream:|^ +at |dumped|Abort/m);
      assert.deepEqual(store.left, []);
    });
  }
});
