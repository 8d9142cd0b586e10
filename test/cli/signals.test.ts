/** Signals, at any time: the program ends at once, by that very signal, and leaves no file and no process. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { stalled } from '../support/cli-events.js';
import { TestPipe } from '../support/cli-pipe.js';
import { CLI, CliProcess, type RunOptions, startCli } from '../support/cli-run.js';
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

const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc'] as const;

/** Starts the program as the first process of a namespace. */
function startFirst(store: TestStore, args: readonly string[], options: RunOptions): CliProcess {
  const [command, ...more] = NAMESPACE;
  const env = { TMPDIR: store.outputs };
  return new CliProcess(command, [...more, process.execPath, CLI, ...args], { env, ...options });
}

/** The process in the namespace that a run has started; undefined before it is there. */
function childOf(run: CliProcess): number | undefined {
  const children = readFileSync(`/proc/${run.pid}/task/${run.pid}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children);
}

/** See proc_pid_status(5): a bit for each signal that has a handler. SIGHUP is the first. */
function handlesHangup(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  const [, caught = '0'] = /^SigCgt:\s+([\da-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return BigInt(`0x${caught}`) % 2n === 1n;
}

const FIRST_MOMENTS: Readonly<Record<string, Moment>> = {
  'while nothing is read from a socket': async (_, store) => {
    store.tree(APP, { large: Buffer.alloc(8_000_000) });
    const args = ['oci', store.conf(), '-o', '-', '--store-root', store.root, '--progress', 'json'];
    const run = startFirst(store, args, { unread: true });
    await stalled(run);
    return run;
  },
  'while nothing is read from a pipe': async (t, store) => {
    store.tree(APP, { large: Buffer.alloc(8_000_000) });
    const pipe = new TestPipe(t, store);
    const args = [store.conf(), '--store-root', store.root, '--progress', 'json'];
    const run = startFirst(store, args, { stdout: pipe.writing });
    pipe.given();
    await stalled(run);
    return run;
  },
  'while a conf is awaited': async (_, store) => {
    const run = startFirst(store, ['describe', '-', '--store-root', store.root], { openInput: true });
    // Without a handler the system would not even pass the signal on.
    while (!handlesHangup(childOf(run))) await setImmediate();
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
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    for (const [what, bring] of Object.entries(FIRST_MOMENTS)) {
      it(`${signal} ${what} ends it with the status of that signal, and nothing is printed or left`, async (t) => {
        if (!requireTool(t, [...NAMESPACE, 'true'], 'to be the first process of a namespace')) return;
        const store = new TestStore(t);
        const run = await bring(t, store);
        const first = childOf(run);
        assert(first !== undefined);
        process.kill(first, signal);
        run.child.stdout?.resume();
        const outcome = await run.ended;
        assert.equal(outcome.status, status);
        assert.equal(outcome.signal, null);
        assert.doesNotMatch(outcome.stderr, /layerstream:|"error"|^ +at |dumped|Abort/m);
        assert.deepEqual(store.left, []);
      });
    }
  }
});
