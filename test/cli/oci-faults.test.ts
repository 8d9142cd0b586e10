/** Builds into layouts that fail, or are ended from outside. */
import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { assertBlobsWhole, buildLayout, growLayers, ociArgs, readFinished } from '../support/cli-layouts.js';
import { CLI, CliProcess, runCli, startCli } from '../support/cli-run.js';
import { makeFifo } from '../support/cli-special-files.js';
import { APP, TestStore } from '../support/cli-store.js';
import { requireTool } from '../support/cli-tools.js';
import { readLayout } from '../support/layouts.js';

const HOLD = { thread: 'pool', at: `${APP}/bin/app`, act: 'hold' } as const;
/** Takes from root what lets it write whatever the modes say. */
const WITHOUT_POWERS = ['--bounding-set=-dac_override,-dac_read_search'];

/** For an archive in place of the layout. */
function archiveArgs(store: TestStore, ...more: readonly string[]): string[] {
  return ['oci', store.conf(), '-o', store.output(), '--store-root', store.root, ...more];
}

/** A layout that is as empty as it was made, or whole: no image is half there, and no build's own files are left. */
function assertNoImage(path: string): void {
  const { names } = readFinished(path);
  assert.deepEqual(names, []);
  assertBlobsWhole(path);
}

describe('a build into a layout that fails', { concurrency: 2 }, () => {
  it('reports a tree that cannot be a layer before it makes a layout', async (t) => {
    const store = new TestStore(t);
    makeFifo(`${store.at(APP)}/bin/odd`);
    for (const args of [ociArgs(store), archiveArgs(store)]) {
      const { status, stderr } = await runCli(args);
      assert.match(stderr, /odd is a fifo; .+ \[FILE_UNSUPPORTED\]/);
      assert.equal(status, 1);
      assert.deepEqual(store.left, []);
    }
  });

  for (const compression of ['none', 'gzip']) {
    it(`leaves no image of files that changed, ${compression}`, async (t) => {
      const store = new TestStore(t);
      for (const args of [ociArgs(store, '--compression', compression), archiveArgs(store)]) {
        const run = startCli(args, { fault: HOLD });
        await run.held();
        appendFileSync(`${store.at(APP)}/bin/app`, 'more');
        run.release();
        const { status, stderr } = await run.ended;
        assert.match(stderr, /app changed while the image was being built: .+ \[PATH_CHANGED\]/);
        assert.equal(status, 1);
      }
      assert.deepEqual(store.left, ['layout']);
      assertNoImage(store.output('layout'));
    });

    it(`leaves none where files may not become so large, ${compression}`, async (t) => {
      const store = new TestStore(t);
      store.tree(APP, { large: Buffer.from(Array.from({ length: 200_000 }, () => Math.random() * 256)) });
      for (const args of [ociArgs(store, '--compression', compression), archiveArgs(store)]) {
        const command = ['-c', 'ulimit -f 80; exec "$@"', 'sh', process.execPath, CLI, ...args];
        const { status, stderr } = await new CliProcess('sh', command, {}).ended;
        assert.match(stderr, /cannot be written: EFBIG: file too large \[WRITE_FAILED\]$/m);
        assert.equal(status, 1);
      }
      assert.deepEqual(store.left, ['layout']);
      assertNoImage(store.output('layout'));
    });
  }

  it('reports a full disk', async (t) => {
    const store = new TestStore(t);
    growLayers(store);
    const mount = 'mount -t tmpfs -o size=3m,mode=755 tmpfs "$0"';
    if (!requireTool(t, ['unshare', '-m', 'sh', '-c', mount, store.outputs], 'to have a small disk')) return;
    const script = `${mount}; "$@"; status=$?; ls -A "$0" "$0/layout" >&2; exit $status`;
    for (const args of [ociArgs(store), archiveArgs(store)]) {
      const command = ['-m', 'sh', '-c', script, store.outputs, process.execPath, CLI, ...args];
      const { status, stderr } = await new CliProcess('unshare', command, {}).ended;
      assert.match(stderr, /cannot be written: ENOSPC: .+ \[WRITE_FAILED\]\n {2}Make room/m);
      assert.doesNotMatch(stderr, /^\.layerstream|^image\.tar/m);
      assert.equal(status, 1);
    }
  });

  for (const there of [false, true]) {
    it(`reports a ${there ? 'layout' : 'directory'} that may not be written to`, async (t) => {
      if (!requireTool(t, ['setpriv', ...WITHOUT_POWERS, 'true'], 'to be a user who may not write all')) return;
      const store = new TestStore(t);
      if (there) await buildLayout(store);
      const before = store.left;
      chmodSync(there ? store.output('layout') : store.outputs, 0o555);
      const command = [...WITHOUT_POWERS, process.execPath, CLI, ...ociArgs(store, '--no-cache')];
      const { status, stderr } = await new CliProcess('setpriv', command, {}).ended;
      assert.equal(
        stderr,
        `layerstream: ${store.output('layout')} cannot be written: no file can be made in ` +
          `${there ? store.output('layout') : store.outputs}: EACCES: permission denied [USAGE]\n` +
          '  Write to a directory in which this user may make files.\n',
      );
      assert.equal(status, 2);
      chmodSync(store.outputs, 0o755);
      assert.deepEqual(store.left, before);
    });
  }
});

describe('a signal while blobs are written', { concurrency: 2 }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    for (const place of ['layout', 'archive'] as const) {
      it(`${signal}, for a ${place}`, async (t) => {
        const store = new TestStore(t);
        growLayers(store);
        const run = startCli(place === 'layout' ? ociArgs(store) : archiveArgs(store), { fault: HOLD });
        await run.held();
        run.child.kill(signal);
        const outcome = await run.ended;
        assert.equal(outcome.signal, signal);
        assert.doesNotMatch(outcome.stderr, /layerstream:|^ +at /m);
        assert.deepEqual(store.left, place === 'layout' ? ['layout'] : []);
        if (place === 'layout') assertNoImage(store.output('layout'));
      });
    }
  }

  it('at any moment leaves nothing of the build', async (t) => {
    const store = new TestStore(t);
    growLayers(store);
    for (let i = 0; i < 8; i++) {
      await endSomeTime(startCli(ociArgs(store, '--progress', 'json', '--no-cache'), {}), 'SIGTERM');
      await endSomeTime(startCli(archiveArgs(store, '--progress', 'json', '--no-cache'), {}), 'SIGTERM');
      if (existsSync(store.output('layout'))) readFinished(store.output('layout'));
      assert.deepEqual(
        store.left.filter((name) => name.startsWith('.')),
        [],
      );
    }
  });
});

describe('a kill', () => {
  it('at any moment leaves a layout that the next build finishes', async (t) => {
    const store = new TestStore(t);
    growLayers(store);
    const path = store.output('layout');
    const image = ['docker.io/library/app:1'];
    for (let i = 0; i < 20; i++) {
      const compression = i % 2 === 0 ? 'none' : 'gzip:1';
      const more = ['--progress', 'json', '--no-cache', '--compression', compression, '--tag', `killed:${i}`];
      await endSomeTime(startCli(ociArgs(store, ...more), {}), 'SIGKILL');
      // Early enough, it has not come to be a layout.
      if (existsSync(join(path, 'blobs/sha256'))) readLayout(path);
      assertBlobsWhole(path);
      // Of the killed ones some came to their end.
      await buildLayout(store, ['--no-cache', '--compression', compression]);
      const { names } = readFinished(path);
      assert.deepEqual(
        names.filter((name) => !name.includes('killed')),
        image,
      );
      assert.deepEqual(readdirSync(store.outputs), ['layout']);
    }
    await buildLayout(store, ['--no-cache', '--gc']);
    const { blobs, reached } = readFinished(path);
    assert.deepEqual(blobs, reached);
  });
});

describe('a build into a layout of several images', () => {
  for (const [signal, left] of [
    ['SIGTERM', ['blobs', 'index.json', 'oci-layout']],
    ['SIGKILL', ['.layerstream', 'blobs', 'index.json', 'oci-layout']],
  ] as const) {
    it(`that ${signal} ends in its last image leaves none, and nothing that the next build would not remove`, async (t) => {
      const store = new TestStore(t);
      const other = '/nix/store/4ddddddddddddddddddddddddddddddd-other';
      store.tree(other, { 'bin/other': 'text\n' });
      const conf = store.conf();
      const fields: object = JSON.parse(readFileSync(conf, 'utf8'));
      const second = store.file(
        'second.json',
        JSON.stringify({ ...fields, architecture: 'arm64', store_layers: [[other]] }),
      );
      const path = store.output('layout');
      const args = ['oci', conf, second, path, '--store-root', store.root, '--no-cache', '--progress', 'off'];
      const run = startCli(args, { fault: { thread: 'pool', at: `${other}/bin/other`, act: 'hold' } });
      await run.held();
      run.child.kill(signal);
      await run.ended;
      assert.deepEqual(readdirSync(path).sort(), left);
      assert.deepEqual(readLayout(path).names, []);
      const { status, stderr } = await runCli(args);
      assert.equal(status, 0, stderr);
      const { blobs, reached } = readFinished(path);
      assert.deepEqual(blobs, reached);
    });
  }
});

describe('a build where /proc is missing', () => {
  it('makes a layout, and the next build knows it', async (t) => {
    const mount = 'mount -t tmpfs tmpfs /proc';
    if (!requireTool(t, ['unshare', '-m', 'sh', '-c', mount], 'to take /proc away')) return;
    const store = new TestStore(t);
    for (const more of [[], ['--gc', '--tag', 'other:2']]) {
      const args = [process.execPath, CLI, ...ociArgs(store, '--progress', 'off', ...more)];
      const command = ['-m', 'sh', '-c', `${mount} && exec "$@"`, 'sh', ...args];
      const { status, stderr } = await new CliProcess('unshare', command, {}).ended;
      assert.equal(stderr, '');
      assert.equal(status, 0);
    }
    assert.deepEqual(readFinished(store.output('layout')).names, [
      'docker.io/library/app:1',
      'docker.io/library/other:2',
    ]);
  });
});

/** Ends a build at an arbitrary moment after some of its lines. */
async function endSomeTime(run: CliProcess, signal: NodeJS.Signals): Promise<void> {
  const lines = Math.floor(Math.random() * 9);
  const over = run.ended.then(() => {});
  await Promise.race([run.until(`line ${lines}`, (printed) => printed.length >= lines).catch(() => {}), over]);
  for (let turns = Math.random() * 400; turns > 0; turns--) await setImmediate();
  run.child.kill(signal);
  await run.ended;
}
