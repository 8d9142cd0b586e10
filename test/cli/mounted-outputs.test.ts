/** Outputs that are mount points, as `docker run -v "$PWD/image.tar:/image.tar"` makes them: no other file can take their place. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { type RunOptions, runCli, runCliUnder } from '../support/cli-run.js';
import { makeFifo } from '../support/cli-special-files.js';
import { APP, buildArgs, TestStore } from '../support/cli-store.js';
import { requireTool } from '../support/cli-tools.js';

const OLD = 'old content';

const ARCHIVES: Readonly<Record<string, readonly string[]>> = {
  'stream -o': [],
  'stream --layout -o': ['--layout', 'layout'],
  'oci -o': ['oci'],
};

describe('a mounted file', { concurrency: 2 }, () => {
  for (const [name, more] of Object.entries(ARCHIVES)) {
    it(`of ${name} is written in place`, async (t) => {
      const store = new TestStore(t);
      const mounted = mount(t, store);
      if (mounted === undefined) return;
      const args = [...more, ...buildArgs(store, '-o', store.output())];
      const { status, stderr } = await mounted.run(args);
      assert.equal(stderr, '');
      assert.equal(status, 0);
      await runCli([...more, ...buildArgs(store, '-o', `${store.directory}/other.tar`)], { cwd: store.directory });
      assert(readFileSync(mounted.file).equals(readFileSync(`${store.directory}/other.tar`)), 'other bytes');
      assert.deepEqual(store.left, ['image.tar']);
    });
  }

  for (const option of ['--trace', '--report']) {
    it(`of ${option} is written in place`, async (t) => {
      const store = new TestStore(t);
      const mounted = mount(t, store);
      if (mounted === undefined) return;
      const args = buildArgs(store, '-o', `${store.directory}/archive.tar`, option, store.output());
      const { status, stderr } = await mounted.run(args);
      assert.equal(stderr, '');
      assert.equal(status, 0);
      assert.match(readFileSync(mounted.file, 'utf8'), /^(?:\{|<!doctype html>)/i);
      assert.deepEqual(store.left, ['image.tar']);
    });
  }

  it('keeps its content where the build fails before it writes', async (t) => {
    const store = new TestStore(t);
    const mounted = mount(t, store);
    if (mounted === undefined) return;
    makeFifo(`${store.at(APP)}/fifo`);
    assert.equal((await mounted.run(buildArgs(store, '-o', store.output()))).status, 1);
    assert.equal(readFileSync(mounted.file, 'utf8'), OLD);
  });

  it('is empty where the build fails later, so that no part is taken for the whole', async (t) => {
    const store = new TestStore(t);
    store.tree(APP, { large: Buffer.alloc(4_000_000) });
    const mounted = mount(t, store, 'ulimit -f 4000');
    if (mounted === undefined) return;
    const { status, stderr } = await mounted.run(buildArgs(store, '-o', store.output()));
    assert.match(stderr, /image\.tar cannot be written: EFBIG/);
    assert.equal(status, 1);
    assert.equal(readFileSync(mounted.file, 'utf8'), '');
  });
});

/** Runs of the program for whom a file lies on `store.output()`; undefined, and the test skipped, where none can. */
function mount(t: TestContext, store: TestStore, limit = ':') {
  const file = store.file('mounted.tar', OLD);
  writeFileSync(store.output(), '');
  const script = `mount --bind "$0" "$1" && shift && ${limit} && exec "$@"`;
  const prefix = ['unshare', '--mount', 'sh', '-c', script, file, store.output()] as const;
  if (!requireTool(t, [...prefix, 'true'], 'to mount a file')) return undefined;
  const options: RunOptions = { cwd: store.directory, env: { TMPDIR: store.outputs } };
  return { file, run: (args: readonly string[]) => runCliUnder(prefix, args, options) };
}
