/** What a build leaves that is killed by SIGKILL: the next build beside it removes that, and nothing of a build that lives. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CliProcess, runCli, startCli } from '../support/cli-run.js';
import { APP, buildArgs, TestStore } from '../support/cli-store.js';

type MakeArgs = (store: TestStore) => readonly string[];

const BUILDS: Readonly<Record<string, MakeArgs>> = {
  'stream -o': (store) => buildArgs(store, '-o', store.output()),
  'oci -o': (store) => ['oci', ...buildArgs(store, '-o', store.output())],
  'oci -o - with $TMPDIR': (store) => ['oci', ...buildArgs(store, '-o', '-')],
  '--trace and --report': (store) =>
    buildArgs(store, '--trace', store.output('trace'), '--report', store.output('report')),
};

describe('a build that is killed', { concurrency: 2 }, () => {
  for (const [name, makeArgs] of Object.entries(BUILDS)) {
    it(`${name}, leaves what the next one removes`, async (t) => {
      const store = new TestStore(t);
      const run = await held(store, makeArgs(store));
      run.child.kill('SIGKILL');
      assert.equal((await run.ended).signal, 'SIGKILL');
      assert.match(store.left.join(' '), /\.layerstream-\S+\.tmp/);
      const env = { TMPDIR: store.outputs };
      const { status, stderr } = await runCli(makeArgs(store), { env });
      assert.equal(stderr, '');
      assert.equal(status, 0);
      assert.doesNotMatch(store.left.join(' '), /layerstream/);
    });
  }
});

it('a build that is still at work is left alone', async (t) => {
  const store = new TestStore(t);
  const run = await held(store, ['oci', ...buildArgs(store, '-o', store.output())]);
  const before = store.left;
  const other = await runCli(['oci', ...buildArgs(store, '-o', store.output('other.tar'))]);
  assert.equal(other.status, 0);
  assert.deepEqual(store.left, [...before, 'other.tar'].sort());
  run.release();
  assert.equal((await run.ended).status, 0);
  assert.deepEqual(store.left, ['image.tar', 'other.tar']);
});

/** A build that holds still while it reads a layer. */
async function held(store: TestStore, args: readonly string[]): Promise<CliProcess> {
  const fault = { thread: 'pool', at: `${APP}/bin/app`, act: 'hold' } as const;
  const run = startCli([...args, '--no-cache'], { fault, env: { TMPDIR: store.outputs } });
  await run.held();
  return run;
}
