/** `--trace` and `--report`: what is written, and when nothing is. */
import assert from 'node:assert/strict';
import { linkSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runCli, startCli } from '../support/cli-run.js';
import { makeFifo } from '../support/cli-special-files.js';
import { APP, buildArgs, TestStore } from '../support/cli-store.js';
import { assertTrace } from '../support/traces.js';

const BOTH = ['build.html', 'image.tar', 'trace.json'];

function all(store: TestStore): string[] {
  const [trace, report] = [store.output('trace.json'), store.output('build.html')];
  return buildArgs(store, '-o', store.output(), '--trace', trace, '--report', report);
}

describe('--trace and --report', { concurrency: 2 }, () => {
  it('write a trace and a page, and do not change the archive', async (t) => {
    const store = new TestStore(t);
    const { status, stderr } = await runCli(all(store));
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.deepEqual(store.left, BOTH);
    assertTrace(JSON.parse(readFileSync(store.output('trace.json'), 'utf8')));
    const page = readFileSync(store.output('build.html'), 'utf8');
    assert.match(page, /<title>app:1 – layerstream report<\/title>/);
    assert(page.includes(`${APP}/bin/app`));
    assert(page.includes(`"command":"layerstream `), 'it does not say what was called');
    const { stdout } = await runCli(buildArgs(store));
    assert(stdout.equals(readFileSync(store.output())), 'another archive');
  });

  it('go with an archive to standard output, each alone', async (t) => {
    const store = new TestStore(t);
    for (const [option, name] of [
      ['--trace', 'trace.json'],
      ['--report', 'build.html'],
    ] as const) {
      const { status, stdout } = await runCli(buildArgs(store, option, store.output(name)));
      assert.equal(status, 0);
      assert(stdout.includes('manifest.json'));
    }
    assert.deepEqual(store.left, ['build.html', 'trace.json']);
  });

  it('replace files that were there only when the archive is complete', async (t) => {
    const store = new TestStore(t);
    writeFileSync(store.output('build.html'), 'old');
    const run = startCli(all(store), { fault: { thread: 'reader', at: `${APP}/bin/app`, act: 'hold' } });
    await run.held();
    assert.equal(readFileSync(store.output('build.html'), 'utf8'), 'old');
    run.release();
    assert.equal((await run.ended).status, 0);
    assert.deepEqual(store.left, BOTH);
    assert.match(readFileSync(store.output('build.html'), 'utf8'), /^<!doctype html>/);
  });

  it('are removed when the build fails', async (t) => {
    const store = new TestStore(t);
    makeFifo(`${store.at(APP)}/fifo`);
    assert.equal((await runCli(all(store))).status, 1);
    assert.deepEqual(store.left, []);
  });

  it('are removed when the archive cannot be opened', async (t) => {
    const store = new TestStore(t);
    const missing = join(store.directory, 'missing/image.tar');
    const { status } = await runCli(buildArgs(store, '-o', missing, '--report', store.output('build.html')));
    assert.equal(status, 2);
    assert.deepEqual(store.left, []);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`are removed on ${signal}`, async (t) => {
      const store = new TestStore(t);
      const run = startCli(all(store), { fault: { thread: 'pool', at: `${APP}/bin/app`, act: 'hold' } });
      await run.held();
      assert.equal(store.left.length, 3, 'the temporary files are there');
      run.child.kill(signal);
      assert.equal((await run.ended).signal, signal);
      assert.deepEqual(store.left, []);
    });
  }
});

describe('one file for two outputs is refused', { concurrency: 2 }, () => {
  const refused: Readonly<Record<string, (store: TestStore) => [options: string[], message: string]>> = {
    '--output and --trace': (store) => [
      ['-o', store.output('x'), '--trace', store.output('x')],
      '--trace and --output are the same file: DIR/outputs/x',
    ],
    '--trace and --report': (store) => [
      ['-o', store.output(), '--trace', store.output('x'), '--report', `${store.outputs}/../outputs/x`],
      '--report and --trace are the same file: DIR/outputs/../outputs/x',
    ],
    'a file and a link to its directory': (store) => {
      symlinkSync(store.outputs, join(store.directory, 'link'));
      return [
        ['-o', store.output('x'), '--report', join(store.directory, 'link/x')],
        '--report and --output are the same file: DIR/link/x',
      ];
    },
    'two names of one file': (store) => {
      const names = [join(store.directory, 'a'), join(store.directory, 'b')] as const;
      writeFileSync(names[0], 'old');
      linkSync(...names);
      return [['-o', names[0], '--trace', names[1]], '--trace and --output are the same file: DIR/b'];
    },
    'a layout and --report': (store) => [
      ['-o', store.output(), '--layout', store.output('x'), '--report', store.output('x')],
      '--report and --layout are the same file: DIR/outputs/x',
    ],
    '--output and the conf': (store) => {
      linkSync(store.conf(), join(store.directory, 'link'));
      return [['-o', join(store.directory, 'link')], '--output and the conf are the same file: DIR/link'];
    },
  };

  for (const [what, make] of Object.entries(refused)) {
    it(what, async (t) => {
      const store = new TestStore(t);
      const [options, message] = make(store);
      const { status, stderr } = await runCli(buildArgs(store, ...options));
      assert.equal(stderr.replaceAll(store.directory, 'DIR'), `layerstream: ${message} [USAGE]\n`);
      assert.equal(status, 2);
      assert.deepEqual(store.left, []);
    });
  }

  it('--output and the base image, which is kept', async (t) => {
    const store = new TestStore(t);
    const base = join(store.directory, 'base.tar');
    assert.equal((await runCli(buildArgs(store, '-o', base))).status, 0);
    const bytes = readFileSync(base);
    const conf = store.currentConf({ from_image: base });
    for (const command of [[], ['oci']]) {
      const { status, stderr } = await runCli([...command, conf, '--store-root', store.root, '-o', base]);
      assert.match(stderr, /: --output and the base image are the same file: .*base\.tar \[USAGE\]\n$/);
      assert.equal(status, 2);
    }
    assert(readFileSync(base).equals(bytes), 'it was changed');
  });

  it('standard output and --trace', async (t) => {
    const store = new TestStore(t);
    const stdout = openSync(join(store.directory, 'x'), 'w');
    const { status, stderr } = await runCli(buildArgs(store, '--trace', join(store.directory, 'x')), { stdout });
    assert.match(stderr, /--trace and standard output are the same file: .*\/x \[USAGE\]/);
    assert.equal(status, 2);
  });
});
