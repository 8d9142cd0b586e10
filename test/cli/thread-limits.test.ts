/** Where the system allows few threads, the program goes on with those that it gets, or says so; it leaves nothing. */
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { CLI, type Outcome, runCliUnder } from '../support/cli-run.js';
import { APP, LIB, TestStore } from '../support/cli-store.js';
import { requireTool } from '../support/cli-tools.js';

/** The first of the users whose only process the program is. The limit is on all threads of a user, and root has none. */
const FIRST_USER = 61_000;

/** Below this, no code of the program runs: Node.js hangs on start, or aborts. */
const FIRST_LIMIT = 10;

/** Limits to try beyond the fewest threads that Node.js itself needs: from too few for a build to enough. */
const STEPS = 4;

const WORKERS = 4;

/** Each with what it writes below `to`, of which nothing may stay if it fails. */
const COMMANDS: Readonly<Record<string, (conf: string, to: string) => readonly string[]>> = {
  stream: (conf, to) => [conf, '-o', `${to}/image.tar`],
  'stream --single-pass': (conf, to) => [conf, '-o', `${to}/image.tar`, '--single-pass'],
  'stream --compression': (conf, to) => [conf, '-o', `${to}/image.tar`, '--compression', 'gzip'],
  'stream --layout': (conf, to) => [
    conf,
    '-o',
    `${to}/image.tar`,
    '--layout',
    `${to}/layout`,
    '--layout-compression',
    'gzip',
  ],
  oci: (conf, to) => ['oci', conf, '-o', `${to}/image.tar`, '--compression', 'gzip'],
  describe: (conf) => ['describe', conf],
};

describe('a limit on threads', { concurrency: 2 }, () => {
  for (const [i, [name, makeArgs]] of Object.entries(COMMANDS).entries()) {
    it(name, async (t) => {
      const store = makeStore(t);
      const user = ['setpriv', `--reuid=${FIRST_USER + i}`, '--clear-groups'] as const;
      if (!requireTool(t, [...user, 'prlimit', '--nproc=64', 'cat', CLI], 'to limit threads')) return;
      const args = [...makeArgs(store.conf(), store.outputs), '--store-root', store.root, '--no-cache'];
      const ends: string[] = [];
      for (let limit = FIRST_LIMIT, steps = 0; steps < STEPS; limit++) {
        const prefix = [...user, 'prlimit', `--nproc=${limit}`, '--core=0'];
        const outcome = await runUnder(prefix, [...args, '--workers', String(WORKERS)], store);
        // Node.js aborts where it cannot start its own threads, before any code of the program runs.
        if (outcome.signal !== 'SIGABRT') steps++;
        if (outcome.status === 1) checkMessage(outcome);
        if (outcome.status !== 0) assert.deepEqual(store.left, [], `under a limit of ${limit}`);
        ends.push(String(outcome.status ?? outcome.signal));
      }
      // First Node.js gives up, then the program, and then it works. Some versions of Node.js start as many threads
      // themselves as the program needs.
      assert.match(ends.join(' '), /^(?:SIGABRT )*(?:1 )*0(?: 0)*$/);
    });
  }
});

describe('a limit on addresses', { concurrency: 2 }, () => {
  const limited = (mib: number) => ['prlimit', `--as=${mib * 1024 * 1024}`] as const;

  it('lowers the number of workers, with a warning', async (t) => {
    const store = makeStore(t);
    if (!requireTool(t, [...limited(4096), 'true'], 'to limit addresses')) return;
    const outcome = await runUnder(limited(4096), [...buildArgs(store), '--workers', '300'], store);
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.match(outcome.stderr, /^layerstream: warning: 2\d\d of 300 worker threads could not be started: /m);
  });

  it('ends the program with one message if there is no room for any', async (t) => {
    const store = makeStore(t);
    if (!requireTool(t, [...limited(4096), 'true'], 'to limit addresses')) return;
    const outcome = await runUnder(limited(1300), buildArgs(store), store);
    assert.equal(outcome.status, 1, outcome.stderr);
    assert.match(
      outcome.stderr,
      /^layerstream: threads cannot be started: .* \[THREADS_UNAVAILABLE\]\n {2}.*ulimit -v/,
    );
    assert.deepEqual(store.left, []);
  });

  function buildArgs(store: TestStore): string[] {
    return [store.conf(), '-o', store.output(), '--store-root', store.root, '--no-cache', '--progress', 'off'];
  }
});

/** One that another user can read and write. Its layers are large enough for several threads. */
function makeStore(t: TestContext): TestStore {
  const store = new TestStore(t);
  store.tree(LIB, { large: Buffer.alloc(12_000_000, 'large') });
  store.tree(APP, { large: Buffer.alloc(12_000_000, 'other') });
  chmodSync(store.directory, 0o755);
  chmodSync(store.outputs, 0o777);
  return store;
}

function runUnder(prefix: readonly string[], args: readonly string[], { outputs }: TestStore): Promise<Outcome> {
  return runCliUnder(prefix, args, { env: { TMPDIR: outputs } });
}

function checkMessage({ stderr }: Outcome): void {
  assert.match(
    stderr,
    /^layerstream: (?:a worker|the \w+) thread cannot be started: .* \[THREADS_UNAVAILABLE\]\n {2}.*\n$/,
  );
  assert.match(stderr, /ulimit -u.*--workers/);
}
