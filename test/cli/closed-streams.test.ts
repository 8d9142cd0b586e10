/** Standard output and input that are closed, where Node opens /dev/null, or that cannot be written. */
import assert from 'node:assert/strict';
import { openSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CLI, CliProcess, type Outcome, runCli, runCliUnder } from '../support/cli-run.js';
import { buildArgs, TestStore } from '../support/cli-store.js';

const CLOSED = ['sh', '-c', 'exec "$@" >&-', 'sh'] as const;

const MESSAGE =
  'layerstream: standard output cannot be written: it is closed [WRITE_FAILED]\n' +
  '  Let it go to a file or a pipe. To discard it, open /dev/null for writing only, as `> /dev/null` does.\n';

type MakeArgs = (store: TestStore) => readonly string[];

/** All that are run for what they write to standard output. */
const WRITERS: Readonly<Record<string, MakeArgs>> = {
  stream: (store) => buildArgs(store),
  'stream --layout': (store) => buildArgs(store, '--layout', store.output('layout')),
  'oci -o -': (store) => ['oci', ...buildArgs(store, '-o', '-')],
  describe: (store) => ['describe', store.conf(), '--store-root', store.root],
  'describe --json': (store) => ['describe', '--json', store.conf(), '--store-root', store.root],
  'cache stats': (store) => ['cache', 'stats', '--cache-dir', store.outputs],
  'cache stats --json': (store) => ['cache', 'stats', '--json', '--cache-dir', store.outputs],
  '--help': () => ['--help'],
  'oci --help': () => ['oci', '--help'],
  '--version': () => ['--version'],
};

describe('standard output that is closed ends', { concurrency: 2 }, () => {
  for (const [name, makeArgs] of Object.entries(WRITERS)) {
    it(name, async (t) => {
      const store = new TestStore(t);
      const { status, stderr } = await runCliUnder(CLOSED, makeArgs(store), { env: { TMPDIR: store.outputs } });
      assert.equal(stderr, MESSAGE);
      assert.equal(status, 1);
      assert.deepEqual(store.left, []);
    });
  }
});

describe('standard output that cannot be written ends', { concurrency: 2 }, () => {
  for (const name of ['describe', 'cache stats', '--help', '--version']) {
    it(name, async (t) => {
      const store = new TestStore(t);
      const args = WRITERS[name]?.(store) ?? [];
      const { status, stderr } = await runCli(args, { stdout: openSync('/dev/full', 'w') });
      assert.match(stderr, /^layerstream: standard output cannot be written: ENOSPC: .* \[WRITE_FAILED\]\n/);
      assert.equal(status, 1);
    });
  }
});

describe('standard output does not matter', { concurrency: 2 }, () => {
  for (const [what, more] of [
    ['to an archive in a file', ['-o', 'image.tar']],
    ['to a layout', ['layout']],
  ] as const) {
    it(what, async (t) => {
      const store = new TestStore(t);
      const command = what === 'to a layout' ? ['oci'] : [];
      assertDone(await runCliUnder(CLOSED, [...command, ...buildArgs(store, ...more)], { cwd: store.outputs }));
    });
  }

  for (const command of ['prune', 'clear']) {
    it(`where the exit status tells: cache ${command}`, async (t) => {
      const store = new TestStore(t);
      assertDone(await runCliUnder(CLOSED, ['cache', command, '--cache-dir', store.outputs]));
    });
  }

  it('where the exit status tells: verify', async (t) => {
    const store = new TestStore(t);
    assertDone(await runCli(buildArgs(store, '-o', store.output('image.tar'), '--progress', 'off')));
    assertDone(await runCliUnder(CLOSED, ['verify', store.output('image.tar'), '--progress', 'off']));
  });

  it('where it is discarded', async (t) => {
    const store = new TestStore(t);
    assertDone(await runCli(buildArgs(store), { stdout: openSync('/dev/null', 'w') }));
  });

  it('where nobody listens to errors either', async (t) => {
    const store = new TestStore(t);
    const ignored = ['sh', '-c', 'exec "$@" >&- 2>&-', 'sh'];
    assertDone(await runCliUnder(ignored, ['describe', store.conf(), '--store-root', store.root]));
  });
});

describe('standard input that is closed is empty', { concurrency: 2 }, () => {
  for (const [command, expected] of [
    [['-'], 'layerstream: standard input is empty [CONF_INVALID]\n  Pipe a conf into it, or name a file.\n'],
    [['verify', '-'], /^layerstream: standard input is empty \[INPUT_INVALID\]\n/],
  ] as const) {
    it(`for ${command.join(' ')}`, async () => {
      const script = 'exec "$@" <&-';
      const run = new CliProcess('sh', ['-c', script, 'sh', process.execPath, CLI, ...command], {});
      const { status, stderr } = await run.ended;
      if (typeof expected === 'string') assert.equal(stderr, expected);
      else assert.match(stderr, expected);
      assert.equal(status, 2);
    });
  }
});

function assertDone({ status, stderr }: Outcome): void {
  assert.equal(stderr, '');
  assert.equal(status, 0);
}
