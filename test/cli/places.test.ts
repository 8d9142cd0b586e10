/** Places that lack what programs take for granted. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { TestPipe } from '../support/cli-pipe.js';
import { runCli, runCliUnder } from '../support/cli-run.js';
import { buildArgs, TestStore } from '../support/cli-store.js';
import { requireTool } from '../support/cli-tools.js';

type MakeArgs = (store: TestStore) => readonly string[];

const COMMANDS: Readonly<Record<string, MakeArgs>> = {
  stream: (store) => buildArgs(store, '-o', store.output()),
  'stream --layout': (store) => buildArgs(store, '-o', store.output(), '--layout', store.output('layout')),
  oci: (store) => ['oci', ...buildArgs(store, store.output('layout'))],
  'oci -o -': (store) => ['oci', ...buildArgs(store, '-o', '-')],
  describe: (store) => ['describe', store.conf(), '--store-root', store.root],
  verify: (store) => ['verify', store.output('archive.tar')],
  'cache stats': (store) => ['cache', 'stats', '--cache-dir', store.outputs],
};

/** Loaded into every thread. */
const DARWIN = "Object.defineProperty(process, 'platform', { value: 'darwin' });";

const NO_PROC = 'for i in /proc /sys; do mount -t tmpfs none $i || exit; done; exec "$@"';

for (const [where, nodeOptions] of [
  ['without /proc and /sys', ''],
  ['on a system that says that it is macOS', `--import=data:text/javascript,${encodeURIComponent(DARWIN)}`],
] as const) {
  describe(where, { concurrency: 2 }, () => {
    const hidden = ['unshare', '--mount', 'sh', '-c', NO_PROC, 'sh'] as const;
    for (const [name, makeArgs] of Object.entries(COMMANDS)) {
      it(`${name} works`, async (t) => {
        if (!requireTool(t, [...hidden, 'true'], 'to hide /proc')) return;
        const store = new TestStore(t);
        if (name === 'verify') await runCli(buildArgs(store, '-o', store.output('archive.tar')));
        const options = { env: { TMPDIR: store.outputs }, nodeOptions };
        const { status, stderr } = await runCliUnder(hidden, makeArgs(store), options);
        assert.equal(stderr, '');
        assert.equal(status, 0);
        assert.doesNotMatch(store.left.join(' '), /layerstream/);
      });
    }

    it('a pipe gets an archive', async (t) => {
      if (!requireTool(t, [...hidden, 'true'], 'to hide /proc')) return;
      const store = new TestStore(t);
      const pipe = new TestPipe(t, store);
      const run = runCliUnder(hidden, buildArgs(store), { stdout: pipe.writing, nodeOptions });
      const found = await pipe.given().drain();
      assert.equal((await run).status, 0);
      await runCli(buildArgs(store, '-o', store.output()));
      assert(found.equals(readFileSync(store.output())), 'other bytes');
    });
  });
}

describe('in a working directory that was removed', { concurrency: 2 }, () => {
  const gone = ['sh', '-c', 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"'] as const;
  for (const [name, makeArgs] of Object.entries(COMMANDS)) {
    it(`${name} says so`, async (t) => {
      const store = new TestStore(t);
      const { status, stderr } = await runCliUnder([...gone, `${store.directory}/gone`], makeArgs(store));
      assert.equal(
        stderr,
        'layerstream: the working directory cannot be used (ENOENT) [USAGE]\n' +
          '  It was removed, or this user may not enter it. Change to another one.\n',
      );
      assert.equal(status, 2);
      assert.deepEqual(store.left, []);
    });
  }
});

it('where few files may be open, that is the hint', async (t) => {
  const store = new TestStore(t);
  // Node.js itself has some twenty open when it begins.
  const limited = ['sh', '-c', 'ulimit -n 23; exec "$@"', 'sh'];
  const { status, stderr } = await runCliUnder(limited, buildArgs(store, '-o', store.output(), '--workers', '4'));
  assert.match(stderr, /^layerstream: .*\n {2}Allow more (?:open files )?\(`ulimit -n`\).*\n$/);
  assert.doesNotMatch(stderr, /^ +at /m);
  assert.notEqual(status, 0);
  assert.deepEqual(store.left, []);
});

it('where the directory for temporary files is missing, the hint is how to name another', async (t) => {
  const store = new TestStore(t);
  const args = ['oci', ...buildArgs(store, '-o', '-')];
  const { status, stderr } = await runCli(args, { env: { TMPDIR: '/proc/self/missing' } });
  assert.equal(
    stderr,
    'layerstream: a temporary file in /proc/self/missing cannot be written: ENOENT: no such file or directory ' +
      '[WRITE_FAILED]\n  Name a directory that has room for it in $TMPDIR.\n',
  );
  assert.equal(status, 1);
});
