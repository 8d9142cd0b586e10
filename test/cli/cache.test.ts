/** `layerstream cache`. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { entryPath } from '../../src/cache/directory.js';
import { factsOf, filesBelow, keyOf, openCache } from '../support/cache.js';
import { type Outcome, runCli } from '../support/cli-run.js';
import { tempDir } from '../support/temp-dir.js';

/** Seconds since the epoch. */
const FIRST_USE = 1_600_000_000;
const SIZE = 269;

/** A cache of three entries, one of them old. */
function makeCache(t: TestContext): string {
  const directory = join(tempDir(t), 'layerstream');
  const { cache } = openCache(directory);
  for (const name of ['a', 'b', 'c']) cache.store(keyOf(name), factsOf(name));
  // Whole seconds, which are printed unrounded.
  const now = Math.floor(Date.now() / 1000);
  for (const [name, time] of [
    ['a', FIRST_USE],
    ['b', now],
    ['c', now],
  ] as const)
    utimesSync(entryPath(directory, keyOf(name)), time, time);
  return directory;
}

/** When an entry was used last, as times are printed. */
function lastUse(directory: string, name: string): string {
  return statSync(entryPath(directory, keyOf(name))).mtime.toISOString();
}

function assertDone({ status, stdout, stderr }: Outcome, expected: string | RegExp): void {
  assert.equal(stderr, '');
  if (typeof expected === 'string') assert.equal(stdout.toString(), expected);
  else assert.match(stdout.toString(), expected);
  assert.equal(status, 0);
}

describe('cache', { concurrency: 2 }, () => {
  it('stats prints where the cache is, how much it holds, and when that was used', async (t) => {
    const directory = makeCache(t);
    const used = (name: string, minutes: number) => {
      const time = Date.now() / 1000 - minutes * 60;
      utimesSync(entryPath(directory, keyOf(name)), time, time);
    };
    used('a', 60 * 24 * 3);
    used('c', 60 * 5.5);
    used('b', 60 * 5.5);
    const expected = `${directory}: 3 entries, ${3 * SIZE} B\nlast used between 3 days ago and 5 hours ago\n`;
    assertDone(await runCli(['cache', 'stats', '--cache-dir', directory]), expected);
    assertDone(await runCli(['cache', 'stats'], { env: { XDG_CACHE_HOME: join(directory, '..') } }), expected);
  });

  it('stats --json is a line for programs', async (t) => {
    const directory = makeCache(t);
    const outcome = await runCli(['cache', 'stats', '--json', '--cache-dir', directory]);
    assertDone(outcome, /^.+\n$/);
    const newestUse = lastUse(directory, 'c');
    const oldestUse = '2020-09-13T12:26:40.000Z';
    assert.deepEqual(JSON.parse(outcome.stdout.toString()), {
      directory,
      entries: 3,
      bytes: 3 * SIZE,
      oldestUse,
      newestUse,
      fault: null,
    });
  });

  it('stats says that there is no cache, and makes none', async (t) => {
    const home = tempDir(t);
    const env = { XDG_CACHE_HOME: '', HOME: home };
    const directory = join(home, '.cache/layerstream');
    assertDone(await runCli(['cache', 'stats'], { env }), `${directory}: 0 entries, 0 B\n`);
    assertDone(
      await runCli(['cache', 'stats', '--json'], { env }),
      `${JSON.stringify({ directory, entries: 0, bytes: 0, oldestUse: null, newestUse: null, fault: null })}\n`,
    );
    assert.deepEqual(filesBelow(home), []);
  });

  it('stats says why builds do not use it', async (t) => {
    const directory = tempDir(t);
    mkdirSync(join(directory, 'layers'));
    writeFileSync(join(directory, 'layers/xx'), '');
    chmodSync(join(directory, 'layers'), 0o777);
    const { status, stderr } = await runCli(['cache', 'stats', '--cache-dir', directory]);
    const fault = `${directory}/layers: others may write to it (mode 777)`;
    assert.equal(stderr, `layerstream: builds do not use this cache: ${fault}\n`);
    assert.equal(status, 0);
    const { stdout } = await runCli(['cache', 'stats', '--json', '--cache-dir', directory]);
    assert.equal(JSON.parse(stdout.toString()).fault, fault);
  });

  it('prune removes what was not used for long', async (t) => {
    const directory = makeCache(t);
    const args = ['cache', 'prune', '--cache-dir', directory];
    assertDone(
      await runCli([...args, '--older-than', '99999']),
      `${directory}: removed 0 entries, 0 B; 3 entries left\n`,
    );
    assertDone(await runCli(args), `${directory}: removed 1 entry, ${SIZE} B; 2 entries left\n`);
    assertDone(
      await runCli([...args, '--older-than', '0']),
      `${directory}: removed 2 entries, ${2 * SIZE} B; 0 entries left\n`,
    );
  });

  it('clear removes all of it, and nothing else', async (t) => {
    const directory = makeCache(t);
    writeFileSync(join(directory, 'thesis.txt'), '');
    const args = ['cache', 'clear', '--cache-dir', directory];
    assertDone(await runCli(args), `${directory}: removed 3 entries, ${3 * SIZE} B; 0 entries left\n`);
    assert.deepEqual(filesBelow(directory), ['thesis.txt']);
    assertDone(await runCli(args), `${directory}: removed 0 entries, 0 B; 0 entries left\n`);
  });

  it('has help and a version', async () => {
    assertDone(await runCli(['cache', '--help']), /stats[\s\S]+prune[\s\S]+clear[\s\S]+Examples:/);
    assertDone(await runCli(['cache', 'prune', '--help']), /--cache-dir <dir>[\s\S]+--older-than <days>/);
    for (const of of [[], ['stats'], ['prune'], ['clear']]) {
      assertDone(await runCli(['cache', ...of, '--version']), /^\d+\.\d+\.\d+\n$/);
    }
  });
});

describe('cache refuses', { concurrency: 2 }, () => {
  const refusals: Readonly<Record<string, { args: string[]; env?: Record<string, string>; message: RegExp }>> = {
    'no command': { args: [], message: /Usage: layerstream cache/ },
    'an unknown command': { args: ['burn'], message: /unknown command 'burn'/ },
    'an empty directory name': { args: ['stats', '--cache-dir', ''], message: /must not be empty/ },
    'a part of a day': { args: ['prune', '--older-than', '0.5'], message: /It must be a whole number of days/ },
    'a time to come': { args: ['prune', '--older-than=-1'], message: /It must be a whole number of days/ },
    'what is no directory': {
      args: ['clear', '--cache-dir', '/dev/null'],
      message: /^layerstream: cache directory \/dev\/null cannot be used: it is not a directory \[USAGE\]\n/,
    },
    'what lies below a file': {
      args: ['clear', '--cache-dir', '/dev/null/x'],
      message: /^layerstream: cache directory \/dev\/null\/x cannot be used: ENOTDIR: not a directory \[USAGE\]\n/,
    },
    'no place at all': {
      args: ['stats'],
      env: { HOME: '', XDG_CACHE_HOME: 'relative' },
      message: /^layerstream: there is no place for a cache: .+ \[USAGE\]\n {2}Name it with --cache-dir\.\n$/,
    },
  };
  for (const [name, { args, env, message }] of Object.entries(refusals)) {
    it(name, async () => {
      const { status, stdout, stderr } = await runCli(['cache', ...args], { env });
      assert.match(stderr, message);
      assert.equal(stdout.toString(), '');
      assert.equal(status, 2);
    });
  }
});
