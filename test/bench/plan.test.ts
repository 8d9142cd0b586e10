import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parsePlan } from '../../bench/plan.js';
import { tempDir } from '../support/temp-dir.js';

const names = (...args: string[]): string[] => parsePlan(args).scenarios.map(({ name }) => name);

test('without arguments all but the million files are measured', () => {
  const all = names();
  assert.ok(all.includes('balanced') && all.includes('giant') && all.includes('tiny'));
  assert.ok(!all.includes('million'));
});

test('scenarios are chosen by name, the million files by an option too', () => {
  assert.deepEqual(names('--only', 'giant', '--only', 'tiny'), ['tiny', 'giant']);
  assert.deepEqual(names('--only', 'million'), ['million']);
  assert.deepEqual(names('--only', 'tiny', '--million'), ['tiny', 'million']);
  assert.deepEqual(names('--million'), [...names(), 'million']);
});

test('sinks are all, or those that are named', () => {
  assert.deepEqual(parsePlan([]).sinks, ['null', 'pipe', 'tmpfs']);
  assert.deepEqual(parsePlan(['--sink', 'pipe', 'null']).sinks, ['pipe', 'null']);
});

test('compression is measured only on request', () => {
  assert.deepEqual(parsePlan([]).subjects, ['streams', 'layouts', 'second']);
  assert.deepEqual(parsePlan(['--measure', 'compression', 'layouts']).subjects, ['compression', 'layouts']);
});

test('a real closure is measured alone, unless synthetic ones are named', (t) => {
  const conf = join(tempDir(t), 'conf.json');
  writeFileSync(conf, '{}');
  const plan = parsePlan(['--conf', conf, '--conf', conf, '--store-root', '/mnt', '--peer', 'a {conf}', '--peer', 'b']);
  assert.deepEqual(plan.confs, [conf, conf]);
  assert.deepEqual(plan.scenarios, []);
  assert.equal(plan.storeRoot, '/mnt');
  assert.deepEqual(plan.peers, { reference: undefined, commands: ['a {conf}', 'b'] });
  assert.deepEqual(names('--conf', conf, '--only', 'tiny'), ['tiny']);
});
