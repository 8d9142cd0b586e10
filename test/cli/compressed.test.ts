/** Archives that are compressed as a whole, while they are made. */
import assert from 'node:assert/strict';
import { appendFileSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { makeBytes, WITHOUT_ZSTD } from '../support/blobs.js';
import { testBadInputs } from '../support/cli-bad-input.js';
import { eventsOf, stalled } from '../support/cli-events.js';
import { readFinished } from '../support/cli-layouts.js';
import { TestPipe } from '../support/cli-pipe.js';
import { CLI, CliProcess, runCli, startCli } from '../support/cli-run.js';
import { makeFifo } from '../support/cli-special-files.js';
import { APP, buildArgs, LIB, TestStore } from '../support/cli-store.js';
import { decode } from '../support/decoders.js';

const KINDS = ['gzip', ...(WITHOUT_ZSTD === false ? (['zstd'] as const) : [])] as const;

/** More than a pipe holds, and all memory between the layers and it. */
const MUCH = 48_000_000;

/** Chunks and blocks on their way to the output, and those that it did not take. */
const ON_THE_WAY = 24_000_000;

/** A store with such bytes in one layer, of which the part `noise` does not compress, and much text in another. */
function storeOf(t: TestContext, { size, noise }: { readonly size: number; readonly noise: number }): TestStore {
  const store = new TestStore(t);
  store.tree(APP, { large: makeBytes({ size, seed: 1, noise }) });
  store.tree(LIB, { large: Buffer.alloc(3_000_000, 'library ') });
  return store;
}

async function built(args: readonly string[]): Promise<Buffer> {
  const { status, stdout, stderr } = await runCli(args);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

for (const kind of KINDS) {
  describe(`an archive in ${kind}`, { concurrency: 2 }, () => {
    for (const options of [[], ['--single-pass'], ['--verify']]) {
      it(`is the plain archive, in the same bytes for any number of workers ${options.join('')}`, async (t) => {
        const store = storeOf(t, { size: 9_000_000, noise: 0.3 });
        const plain = await built(buildArgs(store, ...options));
        const build = (workers: number) =>
          built(buildArgs(store, ...options, '--no-cache', '--compression', kind, '--workers', String(workers)));
        const packed = await build(1);
        assert.ok(decode(kind, packed).equals(plain));
        for (const workers of [2, 5]) assert.ok((await build(workers)).equals(packed), `${workers} workers`);
      });
    }

    it('goes into a file as into a pipe, and the program says how large it is', async (t) => {
      const store = storeOf(t, { size: 3_000_000, noise: 0.3 });
      const piped = await built(buildArgs(store, '--compression', kind));
      const args = [store.conf(), '--store-root', store.root, '--compression', kind, '-o', store.output()];
      const { status, stderr } = await runCli([...args, '--progress', 'json']);
      assert.equal(status, 0);
      assert.ok(readFileSync(store.output()).equals(piped));
      const last = eventsOf(stderr.trimEnd().split('\n')).at(-1);
      assert.ok(last?.type === 'finished');
      assert.equal(last.summary.compressedSize, piped.length);
      const shown = await runCli([...args, '--progress', 'plain']);
      assert.match(shown.stderr, /^app:1 → \S+image\.tar \(.+ [kM]B compressed\)$/m);
    });
  });
}

describe('an archive in gzip beside a layout', { concurrency: 2 }, () => {
  it('is that of a single pass, and the layout is the same whatever both are compressed by', async (t) => {
    const store = storeOf(t, { size: 3_000_000, noise: 0.3 });
    const plain = await built(buildArgs(store, '--single-pass'));
    for (const [name, compression] of [
      ['plain', 'none'],
      ['packed', 'gzip:1'],
    ] as const) {
      const layout = store.output(name);
      const both = ['--layout', layout, '--layout-compression', compression, '--compression', 'gzip'];
      assert.ok(gunzipSync(await built(buildArgs(store, ...both))).equals(plain));
      const alone = join(store.directory, name);
      await built(['oci', ...buildArgs(store, alone, '--compression', compression)]);
      const [found, wanted] = [layout, alone].map((path) => readdirSync(join(path, 'blobs/sha256')).sort());
      assert.deepEqual(found, wanted);
    }
  });

  it('is not there if the layout fails', async (t) => {
    const store = storeOf(t, { size: 3_000_000, noise: 0 });
    const args = buildArgs(store, '-o', store.output(), '--compression', 'gzip', '--layout', store.output('layout'));
    // Enough for the archive, and too little for a layer in the layout, which is not compressed.
    const command = ['-c', 'ulimit -f 2000; exec "$@"', 'sh', process.execPath, CLI, ...args];
    const { status, stderr } = await new CliProcess('sh', command, {}).ended;
    assert.match(stderr, /^layerstream: \S+layout\S* cannot be written: EFBIG: file too large \[WRITE_FAILED\]$/m);
    assert.equal(status, 1);
    assert.deepEqual(store.left, ['layout']);
    assert.deepEqual(readFinished(store.output('layout')).names, []);
  });

  it('leaves no image in the layout if it cannot be written', async (t) => {
    const store = storeOf(t, { size: 3_000_000, noise: 1 });
    const stdout = openSync('/dev/full', 'w');
    const args = buildArgs(store, '--compression', 'gzip', '--layout', store.output('layout'));
    const { status, stderr } = await runCli(args, { stdout });
    assert.match(stderr, /^layerstream: standard output cannot be written: ENOSPC: .+ \[WRITE_FAILED\]$/m);
    assert.equal(status, 1);
    assert.deepEqual(readFinished(store.output('layout')).names, []);
  });
});

describe('a compressed archive that fails', { concurrency: 2 }, () => {
  it('ends when its reader goes away', async (t) => {
    const store = storeOf(t, { size: MUCH, noise: 1 });
    const script = '{ "$@"; echo "status $?" >&2; } | head -c 1000';
    const args = buildArgs(store, '--compression', 'gzip:1');
    const { stdout, stderr } = await new CliProcess('sh', ['-c', script, 'sh', process.execPath, CLI, ...args], {})
      .ended;
    assert.equal(stdout.length, 1000);
    assert.equal(stderr, 'status 1\n');
  });

  it('leaves nothing where files may not become so large', async (t) => {
    const store = storeOf(t, { size: 3_000_000, noise: 1 });
    const args = buildArgs(store, '--compression', 'gzip', '-o', store.output());
    const command = ['-c', 'ulimit -f 80; exec "$@"', 'sh', process.execPath, CLI, ...args];
    const { status, stderr } = await new CliProcess('sh', command, {}).ended;
    assert.match(stderr, /^layerstream: \S+image.tar cannot be written: EFBIG: file too large \[WRITE_FAILED\]$/m);
    assert.equal(status, 1);
    assert.deepEqual(store.left, []);
  });

  it('leaves nothing of a tree that cannot be a layer', async (t) => {
    const store = storeOf(t, { size: 3_000_000, noise: 1 });
    makeFifo(`${store.at(APP)}/odd`);
    const { status, stderr } = await runCli(buildArgs(store, '--compression', 'gzip', '-o', store.output()));
    assert.match(stderr, /odd is a fifo; .+ \[FILE_UNSUPPORTED\]/);
    assert.equal(status, 1);
    assert.deepEqual(store.left, []);
  });

  it('leaves nothing of files that changed in its middle', async (t) => {
    const store = storeOf(t, { size: 3_000_000, noise: 1 });
    const args = buildArgs(store, '--compression', 'gzip', '--single-pass', '-o', store.output());
    const run = startCli(args, { fault: { thread: 'reader', at: `${APP}/bin/app`, act: 'hold' } });
    await run.held();
    appendFileSync(`${store.at(APP)}/bin/app`, 'more');
    run.release();
    const { status, stderr } = await run.ended;
    assert.match(stderr, /app changed while the image was being built: .+ \[PATH_CHANGED\]/);
    assert.equal(status, 1);
    assert.deepEqual(store.left, []);
  });
});

describe('a compressed archive that nobody reads', { concurrency: 2 }, () => {
  /** Starts a build into a pipe, and resolves when it waits for a reader. */
  async function stalledRun(t: TestContext): Promise<{ run: CliProcess; pipe: TestPipe; written: number }> {
    const store = storeOf(t, { size: MUCH, noise: 1 });
    const pipe = new TestPipe(t, store);
    const args = [store.conf(), '--store-root', store.root, '--compression', 'gzip:1', '--progress', 'json'];
    const run = startCli([...args, '--workers', '2'], { stdout: pipe.writing });
    pipe.given();
    return { run, pipe, written: await stalled(run) };
  }

  it('is held back, and goes on when it is read', async (t) => {
    const { run, pipe, written } = await stalledRun(t);
    assert.ok(written < ON_THE_WAY, `${written} bytes were taken`);
    const archive = gunzipSync(await pipe.drain());
    assert.ok(archive.length > MUCH);
    assert.equal((await run.ended).status, 0);
  });

  it('ends when its reader goes away', async (t) => {
    const { run, pipe } = await stalledRun(t);
    pipe.close();
    const { status, stderr } = await run.ended;
    assert.equal(status, 1);
    assert.doesNotMatch(stderr, /"error"/);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends at once by ${signal}`, async (t) => {
      const { run } = await stalledRun(t);
      run.child.kill(signal);
      assert.equal((await run.ended).signal, signal);
    });
  }
});

testBadInputs('compressions that are refused', [
  {
    name: 'one that there is not, before the conf is read',
    args: (store) => [join(store.directory, 'missing.json'), '--compression', 'xz'],
    code: 'USAGE',
    message: 'unknown compression "xz"',
  },
  {
    name: 'one that there is not, for the layout',
    args: (store) => [store.conf(), '--layout', store.output('layout'), '--layout-compression', 'gzip:10'],
    code: 'USAGE',
    message: 'unknown compression "gzip:10"',
  },
  {
    name: 'one for a layout that is not named',
    args: (store) => [store.conf(), '--layout-compression', 'gzip'],
    code: 'USAGE',
    message: '--layout-compression is about a layout, and none is named',
    hint: 'Name its directory with --layout, or build only a layout with `layerstream oci`.',
  },
  ...['--compression', '--layout-compression'].flatMap((option) =>
    WITHOUT_ZSTD === false
      ? []
      : [
          {
            name: `zstd where there is none, by ${option}, before the conf is read`,
            args: (store: TestStore) => [
              join(store.directory, 'missing.json'),
              ...['--layout', store.output('layout'), option, 'zstd'],
            ],
            code: 'USAGE' as const,
            message: `this Node.js, ${process.version}, has no zstd`,
            hint: 'Use Node.js 22.15 or newer (of 23, 23.8 or newer), or gzip.',
          },
        ],
  ),
]);
