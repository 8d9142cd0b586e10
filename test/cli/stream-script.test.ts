/** The script that streams an image, given as a conf: what `nix build .#image` gives. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dockerArchive } from '../support/cli-archive.js';
import { eventsOf } from '../support/cli-events.js';
import { runCli, startCli } from '../support/cli-run.js';
import { makeFifo } from '../support/cli-special-files.js';
import { CUSTOM, TestStore } from '../support/cli-store.js';

const CONF = `/nix/store/${'4'.repeat(32)}-app-conf.json`;
const BASE = `/nix/store/${'6'.repeat(32)}-base.tar`;
const SCRIPT = `/nix/store/${'5'.repeat(32)}-stream-app`;

/** A store with a conf and the script that streams it, and a link to the script, as `nix build` leaves it. */
function withScript(store: TestStore): string {
  const conf = readFileSync(store.conf());
  rmSync(join(store.directory, 'conf.json'));
  store.file(`root${CONF}`, conf);
  store.file(`root${SCRIPT}`, `#! /nix/store/x-bash/bin/bash -e\nexec "/nix/store/x-stream"  ${CONF} "$@" \n`);
  symlinkSync(SCRIPT, join(store.directory, 'result'));
  return join(store.directory, 'result');
}

describe('a stream script', { concurrency: 2 }, () => {
  const ways = {
    'through a link': (store: TestStore) => join(store.directory, 'result'),
    'by its store path': () => SCRIPT,
    'where it lies': (store: TestStore) => store.at(SCRIPT),
  };
  for (const [way, find] of Object.entries(ways)) {
    it(`is read for its conf ${way}, which is said in one line`, async (t) => {
      const store = new TestStore(t);
      withScript(store);
      const given = find(store);
      const from = ['--store-root', store.root, '--progress', 'off'];
      const [byScript, byConf] = await Promise.all([runCli([given, ...from]), runCli([CONF, ...from])]);
      assert.equal(byScript.status, 0, byScript.stderr);
      assert.equal(
        byScript.stderr,
        `layerstream: warning: ${given} is the script of an image; building its conf, ${CONF}\n`,
      );
      assert.equal(byConf.stderr, '');
      assert.ok(byScript.stdout.length > 10_000);
      assert.ok(byScript.stdout.equals(byConf.stdout));
    });
  }

  it('serves on standard input, with other options, and for oci and describe', async (t) => {
    const store = new TestStore(t);
    const result = withScript(store);
    const from = ['--store-root', store.root];
    const input = readFileSync(store.at(SCRIPT));
    const described = await runCli(['describe', '-', ...from, '-t', 'other:2'], { input });
    assert.match(described.stdout.toString(), /^other:2\n/);
    assert.match(
      described.stderr,
      /^layerstream: warning: standard input is the script of an image; building its conf/,
    );
    const run = startCli(['oci', result, store.output('layout'), ...from, '--progress', 'json']);
    assert.equal((await run.ended).status, 0);
    const warnings = eventsOf(run.lines).flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    assert.deepEqual(warnings, [`${result} is the script of an image; building its conf, ${CONF}`]);
    assert.match(readFileSync(store.output('layout/index.json'), 'utf8'), /app:1/);
  });
});

describe('a store root', { concurrency: 2 }, () => {
  it('holds the base image and the customisation layer, too, also behind links into the store', async (t) => {
    const store = new TestStore(t);
    store.readyLayer();
    store.file(`root${BASE}`, await dockerArchive());
    symlinkSync(BASE, store.at(`${BASE}-link`));
    symlinkSync(CUSTOM, store.at(`${CUSTOM}-link`));
    store.tree(`${CUSTOM}-links`, {});
    for (const name of ['layer.tar', 'checksum']) symlinkSync(`${CUSTOM}/${name}`, store.at(`${CUSTOM}-links/${name}`));
    const from = ['--store-root', store.root];
    const direct = await runCli([store.currentConf({ from_image: BASE }), ...from]);
    assert.equal(direct.status, 0, direct.stderr);
    for (const customisation of [`${CUSTOM}-link`, `${CUSTOM}-links`]) {
      const conf = store.currentConf({ from_image: `${BASE}-link`, customisation_layer: customisation });
      const linked = await runCli([conf, ...from]);
      assert.equal(linked.status, 0, linked.stderr);
      assert.equal(linked.stdout.length, direct.stdout.length);
    }
    const missing = await runCli([store.currentConf({ from_image: `${BASE}-link` })]);
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, new RegExp(`from_image: ${BASE}-link does not exist`));
  });

  it('does not keep a conf from being a pipe', async (t) => {
    const store = new TestStore(t);
    const conf = store.conf();
    const fifo = join(store.directory, 'fifo');
    makeFifo(fifo);
    const from = ['--store-root', store.root, '--progress', 'off'];
    const [direct, throughFifo] = await Promise.all([
      runCli([conf, ...from]),
      runCli([fifo, ...from]),
      writeFile(fifo, readFileSync(conf)),
    ]);
    assert.equal(throughFifo.stderr, '');
    assert.equal(throughFifo.status, 0);
    assert.ok(throughFifo.stdout.equals(direct.stdout));
  });
});
