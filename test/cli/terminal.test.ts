/** The program in a terminal, which `script` (util-linux) makes. */
import assert from 'node:assert/strict';
import { closeSync, openSync, symlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dockerArchive } from '../support/cli-archive.js';
import { CLI, CliProcess, type RunOptions } from '../support/cli-run.js';
import { makeDevice, makeFifo } from '../support/cli-special-files.js';
import { APP, TestStore } from '../support/cli-store.js';
import { requireTool } from '../support/cli-tools.js';
import { knowLayers, seed } from '../support/seeds.js';

const SCRIPT = ['script', '-qec', 'true', '/dev/null'] as const;
const INTERRUPT = '\x03';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const WRAP = '\x1b[?7h';
const CLEAR_LINE = '\x1b[2K';
const CLEAR_BELOW = '\x1b[0J';
/** What only bars write. */
const DRAWN = ['█', '░', '\x1b'];

/** Each piece of text that was written at one place. */
function piecesOf(output: string): string[] {
  return output.split('\x1b').flatMap((piece) => piece.replace(/^\[[\d;?]*[A-Za-z]/, '').split(/[\r\n]+/));
}

/** Both output streams are the terminal. */
function startInTerminal(
  args: readonly string[],
  { columns = 80, ...options }: RunOptions & { readonly columns?: number } = {},
): CliProcess {
  const program = [process.execPath, CLI, ...args].map((arg) => `'${arg}'`).join(' ');
  const command = `stty cols ${columns} && exec ${program}`;
  const env = { TERM: 'xterm', ...options.env };
  return new CliProcess('script', ['-qec', command, '/dev/null'], { ...options, env });
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

  it('a bar shows how far verify has read, and disappears', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    // Nobody writes into it: what was read stays what it is.
    const fifo = join(store.directory, 'fifo');
    makeFifo(fifo);
    const writer = openSync(fifo, 'r+');
    writeSync(writer, (await dockerArchive()).subarray(0, 11_000));
    const run = startInTerminal(['verify', fifo], { unread: true, openInput: true });
    let output = '';
    const drawn = new Promise<void>((resolve) => {
      run.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/read {2}11\.0 kB/.test(output)) resolve();
      });
    });
    await Promise.race([drawn, run.ended]);
    run.child.stdin?.write(INTERRUPT);
    await run.ended;
    closeSync(writer);
    assert.match(output, /read {2}11\.0 kB/);
    assert.ok(output.includes(HIDE_CURSOR) && output.lastIndexOf(SHOW_CURSOR) > output.lastIndexOf(HIDE_CURSOR));
  });

  it('bars show the scan, then both passes, and disappear', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    const fault = { thread: 'reader', at: `${APP}/bin/app`, act: 'hold' } as const;
    const args = [store.conf(), '--store-root', store.root, '-o', store.output()];
    const run = startInTerminal(args, { fault, unread: true, openInput: true });
    let output = '';
    const drawn = new Promise<void>((resolve) => {
      run.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/hashed [^\r\n]*100%/.test(output) && /written [^\r\n]* (?!0)\d+%/.test(output)) resolve();
      });
    });
    await run.held();
    await drawn;
    run.release();
    const { status } = await run.ended;
    assert.match(output, /scanned ░+ {3}0% +0 of 3 layers/);
    assert.match(output, /hashed {2}░+ {3}0% +0 B/);
    assert.match(output, /hashed {2}█+ 100% +30\.7 kB/);
    assert.match(output, /written ░+ {3}0% +0 B/);
    const ending = output.slice(output.lastIndexOf(HIDE_CURSOR));
    assert(ending.includes(SHOW_CURSOR), 'the cursor is hidden');
    assert(ending.includes(WRAP), 'long lines are cut');
    const [, left = ''] = ending.split(CLEAR_BELOW);
    assert.match(left, /^app:1 → [^█░]*3 layers, 30\.7 kB: all new[^█░]*$/);
    assert.equal(status, 0);
    assert.deepEqual(store.left, ['image.tar']);
  });

  it('a layout has one bar after the scan, and known digests have none', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    const conf = store.conf();
    const root = ['--store-root', store.root];
    const blobs = await startInTerminal(['oci', conf, store.output('layout'), ...root]).ended;
    assert.match(blobs.stdout.toString(), /written ░+ {3}0% +0 B/);
    assert.doesNotMatch(blobs.stdout.toString(), /hashed /);
    const cache = join(store.directory, 'cache');
    seed(cache, await knowLayers(conf, store.root));
    const known = await startInTerminal([conf, ...root, '-o', store.output(), '--cache-dir', cache]).ended;
    assert.match(known.stdout.toString(), /written ░+ {3}0% +0 B/);
    assert.doesNotMatch(known.stdout.toString(), /hashed /);
    const again = await startInTerminal(['oci', conf, store.output('layout'), ...root, '--cache-dir', cache]).ended;
    assert.doesNotMatch(again.stdout.toString(), /(hashed|written) /);
    for (const { status } of [blobs, known, again]) assert.equal(status, 0);
  });

  it('a warning is above the bars, and complete', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    const packages = fileURLToPath(new URL('../../../node_modules/commander', import.meta.url));
    symlinkSync(dirname(packages), store.at('/nix/store/packages'));
    const conf = store.conf({ store_layers: [['/nix/store/packages/commander'], [APP]] });
    const cache = store.file('cache', 'no directory');
    const args = [conf, '--store-root', store.root, '-o', store.output(), '--cache-dir', cache];
    const { status, stdout } = await startInTerminal(args, { columns: 200 }).ended;
    assert(stdout.includes(`${CLEAR_LINE}layerstream: warning`), 'it does not begin at a line of its own');
    const output = piecesOf(stdout.toString()).filter((piece) => piece.includes('warning'));
    assert.deepEqual(output, [
      `layerstream: warning: the cache of layer digests in ${cache} is not used: ${cache}: it is not a directory`,
    ]);
    assert.equal(status, 0);
  });

  const plainIn: Readonly<Record<string, { readonly columns?: number; readonly env?: Record<string, string> }>> = {
    'that is dumb': { env: { TERM: 'dumb' } },
    'without a name': { env: { TERM: '' } },
    'of no columns': { columns: 0 },
  };
  for (const [which, options] of Object.entries(plainIn))
    it(`a terminal ${which} gets plain lines, whatever is asked for`, async (t) => {
      if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
      const store = new TestStore(t);
      const args = ['--store-root', store.root, '-o', store.output(), '--progress', 'bar'];
      const { stdout, status } = await startInTerminal([store.conf(), ...args], options).ended;
      assert.match(stdout.toString(), /^1\/3 .* new .*\r\n2\/3 /m);
      assert.ok(!DRAWN.some((character) => stdout.includes(character)), stdout.toString());
      assert.equal(status, 0);
      const verified = await startInTerminal(['verify', store.output(), '--progress', 'bar'], options).ended;
      assert.ok(!DRAWN.some((character) => verified.stdout.includes(character)), verified.stdout.toString());
    });

  for (const columns of [20, 40, 80, 120])
    it(`no line of a bar is longer than a terminal of ${columns} columns`, async (t) => {
      if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
      const store = new TestStore(t);
      const args = [store.conf(), '--store-root', store.root, '-o', store.output()];
      const { status, stdout } = await startInTerminal(args, { columns }).ended;
      const lines = piecesOf(stdout.toString()).filter((line) => /[█░]/.test(line));
      assert(lines.length >= 3, stdout.toString());
      for (const line of lines) assert(line.length < columns, `${line.length}: ${line}`);
      assert.equal(status, 0);
    });

  it('a failure during a bar restores the cursor, and its message is complete', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    const device = makeDevice(t, store, 'full');
    if (device === undefined) return;
    const args = [store.conf(), '--store-root', store.root, '-o', device];
    const { status, stdout } = await startInTerminal(args).ended;
    const output = stdout.toString();
    assert.match(output, /layerstream: \S+full cannot be written: ENOSPC/);
    assert(output.lastIndexOf(HIDE_CURSOR) < output.lastIndexOf(SHOW_CURSOR), 'the cursor is hidden');
    assert.equal(status, 1);
  });

  it('an interrupt ends a bar, restores the cursor, and leaves no file', async (t) => {
    if (!requireTool(t, SCRIPT, 'to make a terminal')) return;
    const store = new TestStore(t);
    const fault = { thread: 'reader', at: `${APP}/bin/app`, act: 'hold' } as const;
    const args = [store.conf(), '--store-root', store.root, '-o', store.output()];
    const run = startInTerminal(args, { fault, openInput: true });
    await run.held();
    run.child.stdin?.write(INTERRUPT);
    const { status, stdout } = await run.ended;
    const output = stdout.toString();
    assert(output.lastIndexOf(HIDE_CURSOR) < output.lastIndexOf(SHOW_CURSOR), 'the cursor is hidden');
    assert.equal(status, 128 + 2, 'not dead of SIGINT');
    assert.deepEqual(store.left, []);
  });
});
