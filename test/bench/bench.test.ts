/** The bench as people run it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { drawChart } from '../../bench/chart.js';
import { ZSTD } from '../../bench/compression.js';
import type { Results } from '../../bench/results.js';
import { CliProcess } from '../support/cli-run.js';
import { tempDir } from '../support/temp-dir.js';

const BENCH = fileURLToPath(new URL('../../bench/main.js', import.meta.url));
const FEW = ['--only', 'balanced', '--scale', '0.002', '--runs', '1'];

function bench(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): { status: number | null; stdout: string; stderr: string } {
  const [encoding, all] = ['utf8' as const, { ...process.env, TMPDIR: folder, ...env }];
  return spawnSync(process.execPath, [BENCH, ...args], { encoding, env: all });
}

test('table, JSON and chart have the same results, and no other files are left', (t) => {
  const [folder, outputs] = [tempDir(t), tempDir(t)];
  const [json, svg] = [join(outputs, 'results.json'), join(outputs, 'chart.svg')];
  const { status, stdout, stderr } = bench(
    [...FEW, '--measure', 'streams', '--peer', 'cat {conf}', '--json', json, '--chart', svg],
    folder,
  );
  assert.equal(status, 0, stderr);
  const results: Results = JSON.parse(readFileSync(json, 'utf8'));
  assert.deepEqual(
    results.closures.map(({ name }) => name),
    ['balanced'],
  );
  for (const { name, line, measurements } of results.closures) {
    assert.ok(stdout.includes(`\n\n${line}\n`));
    assert.match(stdout, new RegExp(`^${name}: .*MB/s`, 'm'));
    for (const { contender, runs, seconds } of measurements) {
      assert.ok(stdout.includes(contender));
      assert.equal(runs.length, 1);
      assert.equal(seconds.min, runs[0]?.seconds);
    }
  }
  const [balanced] = results.closures;
  assert.equal(balanced?.passes?.scaling[1]?.workers, 2);
  assert.equal(balanced?.passes?.model.length, 128);
  const lines = stdout.split('\n');
  for (const { target, met } of results.targets) {
    assert.equal(
      lines.some((line) => line.startsWith(`${target}  `)),
      met !== undefined,
      target,
    );
  }
  assert.equal(readFileSync(svg, 'utf8'), drawChart(results));
  assert.deepEqual(readdirSync(folder), []);
});

test('layouts, compression and second builds are shown with what they are compared with', (t) => {
  const [folder, outputs] = [tempDir(t), tempDir(t)];
  const json = join(outputs, 'results.json');
  const args = ['--only', 'giant', '--scale', '0.01', '--runs', '1', '--workers', '2', '--json', json];
  const { status, stdout, stderr } = bench([...args, '--measure', 'second', 'layouts', 'compression'], folder);
  assert.equal(status, 0, stderr);
  const { closures }: Results = JSON.parse(readFileSync(json, 'utf8'));
  const [giant] = closures;
  const ours = giant?.measurements.filter(({ role }) => role === 'ours') ?? [];
  assert.deepEqual(
    ours
      .filter(({ contender }) => !contender.includes('zstd'))
      .map(({ subject, contender, sink }) => [subject, contender, sink]),
    [
      ['layouts', 'layerstream oci', 'layout'],
      ['compression', 'layerstream oci, gzip:6, 2 workers', 'layout'],
      ['compression', 'layerstream oci, gzip:6, 1 worker', 'layout'],
      ['second', 'layerstream, again', 'pipe'],
      ['second', 'layerstream oci, again', 'layout'],
    ],
  );
  assert.match(stdout, / × digest pass alone \+ cat of the archive$/m);
  assert.match(stdout, / × walk alone$/m);
  assert.equal(stdout.includes('Left out: zstd:3'), process.versions[ZSTD.library] === undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test('without the tools that compress, only layerstream is measured', (t) => {
  const [folder, tools] = [tempDir(t), tempDir(t)];
  for (const tool of ['bash', 'sync']) {
    symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(tools, tool));
  }
  const args = ['--only', 'tiny', '--runs', '1', '--measure', 'compression'];
  const { status, stdout, stderr } = bench(args, folder, { PATH: tools });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^Left out: pigz -6 of the archive: there is no pigz here\.$/m);
  assert.match(stdout, /^layout +layerstream oci, gzip:6, /m);
});

test('a contender that fails ends the bench with a short message', (t) => {
  const [folder, inputs] = [tempDir(t), tempDir(t)];
  const conf = join(inputs, 'conf.json');
  writeFileSync(conf, '{}');
  const { status, stderr } = bench(['--conf', conf, '--runs', '1'], folder);
  assert.equal(status, 1);
  assert.match(stderr, /^bench: layerstream --output failed with status 2\n.*\[CONF_INVALID\]/ms);
  assert.doesNotMatch(stderr, /\n\s+at /);
  assert.deepEqual(readdirSync(folder), []);
});

test('a signal ends it, and what it was running', async (t) => {
  const folder = tempDir(t);
  const args = [BENCH, '--only', 'balanced', '--scale', '0.01'];
  const running = new CliProcess(process.execPath, args, { env: { TMPDIR: folder } });
  await running.until('the warm-up', (lines) => lines.some((line) => line.endsWith('warm-up')));
  process.kill(running.pid, 'SIGTERM');
  const { signal } = await running.ended;
  assert.equal(signal, 'SIGTERM');
  assert.deepEqual(readdirSync(folder), []);
});

test('wrong usage is reported in one line', (t) => {
  const folder = tempDir(t);
  for (const [args, reason] of [
    [['--only', 'nothing'], /there is no scenario nothing/],
    [['--runs', '0'], /whole number/],
    [['--sink', 'socket'], /choices are/],
    [['--measure', 'nothing'], /choices are/],
    [['--measure', 'second', 'layouts', '--sink', 'pipe'], /--sink is for streams/],
    [['--store-root', '/x'], /--conf/],
    [['--conf', join(folder, 'none.json')], /: conf \S+\/none\.json does not exist/],
    [['--conf', folder], /: conf \S+ cannot be used: EISDIR: illegal operation on a directory/],
    [['--json', join(folder, 'none/results.json')], /: directory \S+\/none does not exist/],
    [['surplus'], /too many arguments/],
  ] as const) {
    const { status, stdout, stderr } = bench(args, folder);
    assert.deepEqual([status, stdout], [2, ''], stderr);
    assert.match(stderr, /^bench: [^\n]+\n$/);
    assert.match(stderr, reason);
  }
});

test('the scenarios are listed', (t) => {
  const { status, stdout } = bench(['--list'], tempDir(t));
  assert.equal(status, 0);
  for (const name of ['balanced', 'giant', 'million', 'tiny']) assert.match(stdout, new RegExp(`^${name} `, 'm'));
});
