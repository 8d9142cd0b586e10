/** What `layerstream oci` makes, build after build. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { eventsOf } from '../support/cli-events.js';
import {
  assertBlobsWhole,
  blobMarks,
  blobOf,
  buildLayout,
  growLayers,
  ociArgs,
  readFinished,
} from '../support/cli-layouts.js';
import { CLI, CliProcess, runCli, startCli } from '../support/cli-run.js';
import { APP, CUSTOM, LIB, TestStore } from '../support/cli-store.js';

/** By a clock that is an hour ahead, the store's files changed long ago, so that digests of them may be remembered. */
const AN_HOUR_LATER = {
  nodeOptions: '--import=data:text/javascript,const{now}=Date;Date.now=()=>now()+3600000',
} as const;

const IMAGE = 'docker.io/library/app:1';

describe('a layout', { concurrency: 2 }, () => {
  for (const compression of ['none', 'gzip:1']) {
    const options = ['--compression', compression];

    it(`is left alone by a second build, ${compression}`, async (t) => {
      const store = new TestStore(t);
      const cached = [...options, '--cache-dir', store.output('../digests')];
      await buildLayout(store, cached, AN_HOUR_LATER);
      const before = blobMarks(store.output('layout'));
      const run = startCli(ociArgs(store, '--progress', 'json', ...cached), AN_HOUR_LATER);
      const { status, stderr } = await run.ended;
      assert.equal(status, 0, stderr);
      const planned = eventsOf(run.lines).find((event) => event.type === 'planned');
      assert.equal(planned?.toHash, 0);
      assert.deepEqual(blobMarks(store.output('layout')), before);
      readFinished(store.output('layout'));
    });

    it(`has a damaged blob of the right size mended with --verify, ${compression}`, async (t) => {
      const store = new TestStore(t);
      const path = store.output('layout');
      const cached = [...options, '--cache-dir', store.output('../digests')];
      await buildLayout(store, cached, AN_HOUR_LATER);
      const whole = readFinished(path);
      const damaged = blobOf(path, 1);
      writeFileSync(damaged, Buffer.alloc(readFileSync(damaged).length, 'damage'));
      await buildLayout(store, cached, AN_HOUR_LATER);
      assert.throws(() => readFinished(path), /is broken/, 'only --verify reads blobs that are there');
      await buildLayout(store, [...cached, '--verify'], AN_HOUR_LATER);
      assert.deepEqual(readFinished(path), whole);
    });
  }

  it('has damaged documents mended by any build', async (t) => {
    const store = new TestStore(t);
    const path = store.output('layout');
    await buildLayout(store);
    const whole = readFinished(path);
    for (const blob of [blobOf(path, 'config'), blobOf(path, 'manifest')]) {
      writeFileSync(blob, Buffer.alloc(readFileSync(blob).length));
    }
    await buildLayout(store);
    assert.deepEqual(readFinished(path), whole);
  });

  it('has a blob that was cut or removed written again by any build', async (t) => {
    const store = new TestStore(t);
    const path = store.output('layout');
    const cached = ['--cache-dir', store.output('../digests')];
    await buildLayout(store, cached, AN_HOUR_LATER);
    const whole = readFinished(path);
    writeFileSync(blobOf(path, 0), 'cut');
    await buildLayout(store, cached, AN_HOUR_LATER);
    assert.deepEqual(readFinished(path), whole);
  });

  it('holds the image that is streamed, under all names that the options give', async (t) => {
    const store = new TestStore(t);
    const path = store.output('layout');
    await buildLayout(store, ['--tag', 'registry.example/app:1.2', '--tag', 'app:latest']);
    assert.deepEqual(readFinished(path).names, ['registry.example/app:1.2', 'docker.io/library/app:latest']);
    const streamed = await runCli([store.conf(), '--store-root', store.root, '--progress', 'plain']);
    assert(streamed.stderr.includes(`image ID  sha256:${blobOf(path, 'config').slice(-64)}\n`), streamed.stderr);
  });

  it('keeps other images, and loses those whose name it gives to another', async (t) => {
    const store = new TestStore(t);
    const path = store.output('layout');
    await buildLayout(store);
    const first = readFinished(path);
    await buildLayout(store, ['--tag', 'other:2']);
    assert.deepEqual(readFinished(path).names, [IMAGE, 'docker.io/library/other:2']);
    assert.deepEqual(readFinished(path).blobs, first.blobs);

    store.tree(APP, { 'bin/app': 'changed\n' });
    await buildLayout(store);
    await buildLayout(store, ['--tag', 'other:2']);
    const { names, blobs, reached } = readFinished(path);
    assert.deepEqual([...names].sort(), [IMAGE, 'docker.io/library/other:2']);
    assert.equal(blobs.length, reached.length + 3, 'the old layer, config and manifest are still there');

    await buildLayout(store, ['--gc']);
    const collected = readFinished(path);
    assert.deepEqual(collected.blobs, reached);
    assert.deepEqual(collected.reached, reached);
  });

  it('keeps both of two images that are built into it at the same time', async (t) => {
    const store = new TestStore(t);
    growLayers(store);
    const second = store.file('second.json', readFileSync(store.conf({ store_layers: [[LIB, CUSTOM]] })));
    const fault = { thread: 'pool', at: `${APP}/large`, act: 'hold' } as const;
    const held = startCli(ociArgs(store, '--progress', 'off'), { fault });
    await held.held();
    const between = ['oci', second, store.output('layout'), '--store-root', store.root, '--tag', 'second:1', '--gc'];
    const { status, stderr } = await runCli([...between, '--progress', 'off']);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /blobs that nothing needs were left: 1 other build writes to this layout/);
    held.release();
    assert.equal((await held.ended).status, 0);
    assert.deepEqual([...readFinished(store.output('layout')).names].sort(), [IMAGE, 'docker.io/library/second:1']);
  });

  for (const compression of ['none', 'gzip']) {
    it(`has the same bytes whatever the number of workers, ${compression}`, async (t) => {
      const store = new TestStore(t);
      growLayers(store);
      const facts = [];
      for (const workers of ['1', '2', '7']) {
        const path = store.output(workers);
        const args = ['oci', store.conf(), path, '--store-root', store.root, '--no-cache', '--workers', workers];
        const { status } = await runCli([...args, '--compression', compression]);
        assert.equal(status, 0);
        assertBlobsWhole(path);
        facts.push({ ...readFinished(path), index: readFileSync(`${path}/index.json`, 'utf8') });
      }
      const [first, ...others] = facts;
      for (const other of others) assert.deepEqual(other, first);
    });
  }

  it('comes as an archive on standard output, the same as in a file', async (t) => {
    const store = new TestStore(t);
    const args = ['oci', store.conf(), '--store-root', store.root, '--progress', 'off', '-o'];
    const { stdout } = await runCli([...args, '-']);
    assert.equal((await runCli([...args, store.output()])).status, 0);
    assert(readFileSync(store.output()).equals(stdout), 'other bytes');
    assert(stdout.includes('manifest.json'));
    assert.deepEqual(store.left, ['image.tar']);
  });

  it('comes as an archive in the file that a descriptor is open on', async (t) => {
    const store = new TestStore(t);
    const args = ['oci', store.conf(), '--store-root', store.root, '--progress', 'off', '-o'];
    const command = ['-c', 'exec "$@" 5> "$OUTPUT"', 'sh', process.execPath, CLI, ...args, '/proc/self/fd/5'];
    const { status, stderr } = await new CliProcess('sh', command, { env: { OUTPUT: store.output() } }).ended;
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert(readFileSync(store.output()).equals((await runCli([...args, '-'])).stdout), 'other bytes');
    assert.deepEqual(store.left, ['image.tar']);
  });
});
