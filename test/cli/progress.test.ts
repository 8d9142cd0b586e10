/** What `--progress` shows on standard error. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { eventsOf } from '../support/cli-events.js';
import { runCli } from '../support/cli-run.js';
import { TestStore } from '../support/cli-store.js';

const LAYERS = [
  /^1\/3 {2}10\.2 kB {2}[\da-f]{12} {2}new {2}\S+$/,
  /^2\/3 {2}10\.2 kB {2}[\da-f]{12} {2}new {2}\S+$/,
  /^3\/3 {2}10\.2 kB {2}[\da-f]{12} {2}new {2}\S+$/,
];
const SUMMARY = [
  /^app:1 → .*image\.tar$/,
  /^image ID {2}sha256:[\da-f]{64}$/,
  /^3 layers, 30\.7 kB: all new$/,
  /^\d+\.\d\d s, [\d.]+ [kM]B\/s, peak memory \d+(\.\d+)? MB$/,
];

async function linesOf(t: TestContext, progress: readonly string[]): Promise<string[]> {
  const store = new TestStore(t);
  const { status, stderr } = await runCli([
    store.conf(),
    '--store-root',
    store.root,
    '-o',
    store.output(),
    ...progress,
  ]);
  assert.equal(status, 0);
  return stderr.split('\n').slice(0, -1);
}

function assertLines(lines: readonly string[], expected: readonly RegExp[]): void {
  assert.equal(lines.length, expected.length, lines.join('\n'));
  expected.forEach((line, i) => {
    assert.match(lines[i] ?? '', line);
  });
}

describe('--progress', { concurrency: 2 }, () => {
  it('plain writes a line for each layer, and a summary', async (t) => {
    assertLines(await linesOf(t, ['--progress', 'plain']), [...LAYERS, ...SUMMARY]);
  });

  it('auto is plain if there is no terminal', async (t) => {
    assertLines(await linesOf(t, ['--progress', 'auto']), [...LAYERS, ...SUMMARY]);
    assertLines(await linesOf(t, []), [...LAYERS, ...SUMMARY]);
  });

  it('off writes nothing', async (t) => {
    assertLines(await linesOf(t, ['--progress', 'off']), []);
  });

  it('bar writes the summary even without a terminal', async (t) => {
    assertLines((await linesOf(t, ['--progress', 'bar'])).slice(-4), SUMMARY);
  });

  it('json writes each event on a line, in the order of the work', async (t) => {
    const events = eventsOf(await linesOf(t, ['--progress', 'json']));
    const types = events.map((event) => event.type);
    assert.equal(types[0], 'started');
    assert.equal(types.at(-1), 'finished');
    const count = (type: string): number => types.filter((found) => found === type).length;
    for (const type of ['layer-scanned', 'layer-hashed', 'layer-written']) assert.equal(count(type), 3, type);
    assert.equal(count('planned'), 1);
    assert(types.lastIndexOf('layer-scanned') < types.indexOf('planned'));
    assert(types.indexOf('planned') < types.indexOf('layer-hashed'));
    assert(types.indexOf('layer-hashed') < types.indexOf('layer-written'));
    const written = events.flatMap((event) => (event.type === 'layer-written' ? [event.layer] : []));
    assert.deepEqual(written, [0, 1, 2], 'layers are written in their order');
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event] : []));
    assert.deepEqual(progress.at(-1), {
      type: 'progress',
      scannedPaths: 3,
      scannedEntries: 11,
      hashed: 30_720,
      written: 30_720,
    });
    const [summary] = events.flatMap((event) => (event.type === 'finished' ? [event.summary] : []));
    assert.equal(summary?.entries, 11);
    assert.equal(summary.bytes, 30_720);
  });

  it('json reports a failure as an event too', async (t) => {
    const store = new TestStore(t);
    const args = [store.conf({ repo_tag: 1 }), '--store-root', store.root, '--progress', 'json'];
    const { status, stderr } = await runCli(args);
    const event: unknown = JSON.parse(stderr);
    assert.deepEqual(event, {
      type: 'error',
      code: 'CONF_INVALID',
      message: `${store.directory}/conf.json: repo_tag: expected a string, found 1`,
      issues: [{ place: 'repo_tag', message: 'expected a string, found 1' }],
    });
    assert.equal(status, 2);
  });
});
