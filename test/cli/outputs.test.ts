/** Where an archive can go, and that the program ends by itself once it is there. */
import assert from 'node:assert/strict';
import { lstatSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { TestPipe } from '../support/cli-pipe.js';
import { CLI, CliProcess, runCli, startCli } from '../support/cli-run.js';
import { makeDevice, makeFifo } from '../support/cli-special-files.js';
import { APP, buildArgs, TestStore } from '../support/cli-store.js';

/** What a pipe gets. */
async function archive(store: TestStore): Promise<Buffer> {
  const { status, stdout, stderr } = await runCli(buildArgs(store));
  assert.equal(stderr, '');
  assert.equal(status, 0);
  assert(stdout.includes('manifest.json'));
  return stdout;
}

function assertBytes(found: Buffer, expected: Buffer): void {
  assert(found.equals(expected), `other bytes: ${found.length} of them, and not ${expected.length}`);
}

describe('standard output', { concurrency: 2 }, () => {
  it('is a pipe', async (t) => {
    const store = new TestStore(t);
    const pipe = new TestPipe(t, store);
    const run = startCli(buildArgs(store), { stdout: pipe.writing });
    const found = await pipe.given().drain();
    assert.equal((await run.ended).status, 0);
    assertBytes(found, await archive(store));
  });

  it('is meant by a dash', async (t) => {
    const store = new TestStore(t);
    const { status, stdout } = await runCli(buildArgs(store, '-o', '-'));
    assert.equal(status, 0);
    assertBytes(stdout, await archive(store));
  });

  it('is a file', async (t) => {
    const store = new TestStore(t);
    const stdout = openSync(store.output(), 'w');
    assert.equal((await runCli(buildArgs(store), { stdout })).status, 0);
    assertBytes(readFileSync(store.output()), await archive(store));
  });

  it('is a file that is appended to', async (t) => {
    const store = new TestStore(t);
    writeFileSync(store.output(), 'before');
    const stdout = openSync(store.output(), 'a');
    assert.equal((await runCli(buildArgs(store), { stdout })).status, 0);
    assertBytes(readFileSync(store.output()), Buffer.concat([Buffer.from('before'), await archive(store)]));
  });

  it('is a file that another process wrote to before, and writes to afterwards', async (t) => {
    const store = new TestStore(t);
    const script = '{ printf before; "$@"; printf after; } > "$OUTPUT"';
    const command = ['-c', script, 'sh', process.execPath, CLI, ...buildArgs(store)];
    await new CliProcess('sh', command, { env: { OUTPUT: store.output() } }).ended;
    const expected = Buffer.concat([Buffer.from('before'), await archive(store), Buffer.from('after')]);
    assertBytes(readFileSync(store.output()), expected);
  });

  it('is a pipe whose reader goes away', async (t) => {
    const store = new TestStore(t);
    store.tree(APP, { large: Buffer.alloc(1_000_000) });
    const script = '{ "$@"; echo "status $?" >&2; } | head -c 1000';
    const { stdout, stderr } = await new CliProcess(
      'sh',
      ['-c', script, 'sh', process.execPath, CLI, ...buildArgs(store)],
      {},
    ).ended;
    assert.equal(stdout.length, 1000);
    assert.equal(stderr, 'status 1\n');
  });

  it('is a pipe whose reader was never there', async (t) => {
    const store = new TestStore(t);
    const pipe = new TestPipe(t, store);
    pipe.close();
    const { status, stderr } = await startCli(buildArgs(store), { stdout: pipe.writing }).ended;
    assert.equal(stderr, '');
    assert.equal(status, 1);
  });

  it('is a socket whose reader goes away', async (t) => {
    const store = new TestStore(t);
    store.tree(APP, { large: Buffer.alloc(8_000_000) });
    const run = startCli(buildArgs(store));
    run.stdout.once('data', () => run.stdout.destroy());
    const { status, stderr } = await run.ended;
    assert.equal(stderr, '');
    assert.equal(status, 1);
  });
});

describe('-o', { concurrency: 2 }, () => {
  it('is a new file', async (t) => {
    const store = new TestStore(t);
    assert.equal((await runCli(buildArgs(store, '-o', store.output()))).status, 0);
    assertBytes(readFileSync(store.output()), await archive(store));
    assert.deepEqual(store.left, ['image.tar']);
  });

  it('is a name of the greatest length', async (t) => {
    const store = new TestStore(t);
    const name = 'x'.repeat(255);
    assert.equal((await runCli(buildArgs(store, '-o', name), { cwd: store.outputs })).status, 0);
    assert.deepEqual(store.left, [name]);
  });

  it('is a file that keeps its old content until the end', async (t) => {
    const store = new TestStore(t);
    writeFileSync(store.output(), 'old');
    const fault = { thread: 'reader', at: `${APP}/bin/app`, act: 'hold' } as const;
    const run = startCli(buildArgs(store, '-o', store.output()), { fault });
    await run.held();
    assert.equal(readFileSync(store.output(), 'utf8'), 'old');
    run.release();
    assert.equal((await run.ended).status, 0);
    assertBytes(readFileSync(store.output()), await archive(store));
    assert.deepEqual(store.left, ['image.tar']);
  });

  it('is a file that keeps its old content after a failure', async (t) => {
    const store = new TestStore(t);
    writeFileSync(store.output(), 'old');
    makeFifo(`${store.at(APP)}/fifo`);
    assert.equal((await runCli(buildArgs(store, '-o', store.output()))).status, 1);
    assert.equal(readFileSync(store.output(), 'utf8'), 'old');
    assert.deepEqual(store.left, ['image.tar']);
  });

  it('is a device, which is written to and stays', async (t) => {
    const store = new TestStore(t);
    const device = makeDevice(t, store, 'null');
    if (device === undefined) return;
    assert.equal((await runCli(buildArgs(store, '-o', device))).status, 0);
    assert(lstatSync(device).isCharacterDevice(), 'the device was replaced');
  });

  it('is a fifo, which is written to and stays', async (t) => {
    const store = new TestStore(t);
    makeFifo(store.output());
    const [found, { status }] = await Promise.all([
      readFile(store.output()),
      runCli(buildArgs(store, '-o', store.output())),
    ]);
    assert.equal(status, 0);
    assertBytes(found, await archive(store));
    assert(lstatSync(store.output()).isFIFO(), 'the fifo was replaced');
  });

  it('is /dev/stdout, which is a pipe', async (t) => {
    const store = new TestStore(t);
    const pipe = new TestPipe(t, store);
    const run = startCli(buildArgs(store, '-o', '/dev/stdout'), { stdout: pipe.writing });
    const found = await pipe.given().drain();
    assert.equal((await run.ended).status, 0);
    assertBytes(found, await archive(store));
  });

  for (const [what, content] of [
    ['a file', 'old'],
    ['nothing', undefined],
  ] as const) {
    it(`is a link to ${what}, which stays a link`, async (t) => {
      const store = new TestStore(t);
      if (content !== undefined) writeFileSync(store.output('target.tar'), content);
      symlinkSync('target.tar', store.output());
      assert.equal((await runCli(buildArgs(store, '-o', store.output()))).status, 0);
      assert(lstatSync(store.output()).isSymbolicLink(), 'the link was replaced');
      assertBytes(readFileSync(store.output('target.tar')), await archive(store));
      assert.deepEqual(store.left, ['image.tar', 'target.tar']);
    });
  }
});
