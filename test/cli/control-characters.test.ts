/** Names that would control a terminal: nothing that the program writes lets them. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dockerArchive } from '../support/cli-archive.js';
import { runCli } from '../support/cli-run.js';
import { makeFifo } from '../support/cli-special-files.js';
import { CUSTOM, TestStore } from '../support/cli-store.js';

/** Red, a bell, a line of its own, the eight-bit form of an escape, and a text that runs backwards. */
const HOSTILE = 'x\x1b[31m\x07\rlayerstream: done\x9b2J\u202eabc';
const HOSTILE_LINES = `${HOSTILE}\nlayerstream: all is well`;

const CONTROLS = /(?!\n)\p{C}/u;

/** Nobody but the program begins a line with its name. */
const FORGED = /^layerstream: (?:done|all is well)/m;

type Make = (store: TestStore) => readonly string[] | Promise<readonly string[]>;

/** The store, and a store path with such a name. */
function buildable(store: TestStore): string[] {
  const path = `/nix/store/${'4'.repeat(32)}-${HOSTILE}`;
  store.tree(path, { [HOSTILE_LINES]: 'text' });
  return [store.conf({ store_layers: [[path]] }), '--store-root', store.root];
}

function unbuildable(store: TestStore): string[] {
  const args = buildable(store);
  makeFifo(store.at(`${CUSTOM}/${HOSTILE_LINES}`));
  return args;
}

/** Arguments by what is done, and a part of what is written about the name. */
const RUNS: Readonly<Record<string, readonly [Make, RegExp]>> = {
  'stream, in plain lines': [
    (store) => [...buildable(store), '-o', store.output(HOSTILE)],
    /new {2}x\\u\{1b\}\[31m(?:.*\n)+.* → .*\\u\{9b\}2J\\u\{202e\}abc\n/,
  ],
  'stream, in JSON': [
    (store) => [...buildable(store), '-o', store.output(), '--progress', 'json'],
    /"paths":\["[^"]*x\\u001b\[31m\\u0007\\rlayerstream: done\\u009b2J\\u202eabc"\]/,
  ],
  'stream of a conf that is not there': [(store) => [store.output(HOSTILE_LINES)], /conf .*x\\u\{1b\}.*\\u\{a\}layer/],
  'stream of a conf with faults': [
    (store) => [store.currentConf({ [HOSTILE_LINES]: 1, store_layers: [[HOSTILE_LINES], [HOSTILE]], uid: 'x' })],
    /x\\u.*\[CONF_INVALID\]/s,
  ],
  'stream of what no image can hold': [unbuildable, /fifo|cannot/],
  'stream with a wrong tag': [(store) => [store.conf(), '-t', HOSTILE_LINES], /is not an image name/],
  'stream with an unknown option': [(store) => [store.conf(), `--${HOSTILE}`], /unknown option '--x\\u\{1b\}/],
  'oci, into a directory': [
    (store) => ['oci', ...buildable(store), store.output(HOSTILE_LINES)],
    /→ .*\\u\{a\}layerstream: all is well\n/,
  ],
  'oci into what is not there': [
    (store) => ['oci', store.conf(), '-o', join(store.outputs, HOSTILE_LINES, 'x')],
    /x\\u\{1b\}\[31m/,
  ],
  describe: [(store) => ['describe', ...buildable(store)], /x\\u\{1b\}\[31m\\u\{7\}\\u\{d\}/],
  'describe, in JSON': [(store) => ['describe', ...buildable(store), '--json'], /x\\u001b\[31m/],
  'verify an archive': [
    async (store) => ['verify', store.file(HOSTILE_LINES, await dockerArchive({ layers: [HOSTILE_LINES] }))],
    /: .*x\\u\{1b\}.*\\u\{a\}layerstream: all is well: .*x\\u\{1b\}/,
  ],
  'verify what is not there': [(store) => ['verify', store.output(HOSTILE_LINES)], /does not exist/],
  'verify, in JSON': [
    async (store) => ['verify', store.file('x', await dockerArchive({ layers: [HOSTILE] })), '--json'],
    /x\\u001b\[31m/,
  ],
  ...Object.fromEntries(
    ['stats', 'prune', 'clear'].map((name) => [
      `cache ${name}`,
      [
        (store: TestStore) => {
          mkdirSync(store.output(HOSTILE_LINES));
          return ['cache', name, '--cache-dir', store.output(HOSTILE_LINES)];
        },
        /x\\u\{1b\}.*\\u\{a\}layerstream: all is well: /,
      ] as const,
    ]),
  ),
  'cache stats, in JSON': [
    (store) => ['cache', 'stats', '--json', '--cache-dir', store.output(HOSTILE)],
    /x\\u001b\[31m\\u0007/,
  ],
  'cache stats of a file': [
    (store) => ['cache', 'stats', '--cache-dir', store.file(HOSTILE_LINES, '')],
    /it is not a directory/,
  ],
};

describe('names that would control a terminal are shown as escapes by', { concurrency: 2 }, () => {
  for (const [what, [make, shown]] of Object.entries(RUNS)) {
    it(what, async (t) => {
      const { stdout, stderr } = await runCli(await make(new TestStore(t)));
      const text = `${stdout}${stderr}`;
      assert.doesNotMatch(text, CONTROLS);
      assert.doesNotMatch(text, FORGED);
      assert.match(text, shown);
    });
  }
});
