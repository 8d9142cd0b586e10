/** The program in a terminal, which `script` (util-linux) makes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CLI, CliProcess, type RunOptions } from '../support/cli-run.js';
import { makeDevice } from '../support/cli-special-files.js';
import { APP, TestStore } from '../support/cli-store.js';
import { requireTool } from '../support/cli-tools.js';

const SCRIPT = ['script', '-qec', 'true', '/dev/null'] as const;
const INTERRUPT = '\x03';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/** Both output streams are the terminal. */
function startInTerminal(args: readonly string[], options: RunOptions = {}): CliProcess {
  const command = [process.execPath, CLI, ...args].map((arg) => `'${arg}'`).join(' ');
  return new CliProcess('script', ['-qec', command, '/dev/null'], options);
}

describe('in a terminal', { concurrency: 2 }, () => {
  it('no archive is written to it', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    const { status, stdout } = await startInTerminal([store.conf(), '--store-root', store.root]).ended;
    assert.equal(
      stdout.toString().replaceAll('\r', ''),
      'layerstream: an archive is not written to a terminal [USAGE]\n' +
        '  Pipe it (`layerstream conf.json | docker load`), or name a file with --output.\n',
    );
    assert.equal(status, 2);
  });

  it('a bar tells what is summed and written, and goes away', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    const args = [store.conf(), '--store-root', store.root, '-o', store.output()];
    const { status, stdout } = await startInTerminal(args).ended;
    const told = stdout.toString();
    assert.match(told, / 0% \| summed 0 B \| written 0 B \| – MB\/s/);
    assert.match(told, /100% \| summed 30\.7 kB \| written 30\.7 kB/);
    assert.match(told, /3 layers, 11 entries, 30\.7 kB in/);
    assert(told.lastIndexOf(HIDE_CURSOR) < told.lastIndexOf(SHOW_CURSOR), 'the cursor is hidden');
    assert.equal(status, 0);
    assert.deepEqual(store.left, ['image.tar']);
  });

  it('a failure behind a bar leaves the cursor, and its message whole', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    const device = makeDevice(t, store, 'full');
    if (device === undefined) return;
    const args = [store.conf(), '--store-root', store.root, '-o', device];
    const { status, stdout } = await startInTerminal(args).ended;
    const told = stdout.toString();
    assert.match(told, /layerstream: \S+full cannot be written: ENOSPC/);
    assert(told.lastIndexOf(HIDE_CURSOR) < told.lastIndexOf(SHOW_CURSOR), 'the cursor is hidden');
    assert.equal(status, 1);
  });

  it('an interrupt ends a bar, and leaves the cursor and no file', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    const fault = { thread: 'reader', at: `${APP}/bin/app`, act: 'hold' } as const;
    const args = [store.conf(), '--store-root', store.root, '-o', store.output()];
    const run = startInTerminal(args, { fault, openInput: true });
    await run.held();
    run.child.stdin?.write(INTERRUPT);
    const { status, stdout } = await run.ended;
    const told = stdout.toString();
    assert(told.lastIndexOf(HIDE_CURSOR) < told.lastIndexOf(SHOW_CURSOR), 'the cursor is hidden');
    assert.equal(status, 128 + 2, 'not dead of SIGINT');
    assert.deepEqual(store.left, []);
  });
});
