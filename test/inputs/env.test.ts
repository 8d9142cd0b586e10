import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonValue } from '../../src/ground/json/value.js';
import { mergeEnv } from '../../src/inputs/env.js';

const configOf = (...entries: [string, JsonValue][]) => new Map(entries);

test("the base's come first, and of a name the last value wins at the first one's place", () => {
  const config = configOf(['Env', ['B=own', 'D=4', 'D=5']], ['Cmd', ['/x']]);
  const merged = mergeEnv(config, ['A=1', 'B=base', 'C=3', 'A=2']);
  assert.deepEqual(merged.get('Env'), ['A=2', 'B=own', 'C=3', 'D=5']);
  assert.deepEqual([...merged.keys()], ['Env', 'Cmd']);
  assert.deepEqual(config.get('Env'), ['B=own', 'D=4', 'D=5']);
});

test('a run configuration that is null counts as empty', () => {
  assert.deepEqual(mergeEnv(null, ['A=1']), new Map([['Env', ['A=1']]]));
  assert.deepEqual(mergeEnv(null, []), new Map());
});

test('a config without Env gets one after its other keys', () => {
  assert.deepEqual(
    [...mergeEnv(configOf(['Cmd', null], ['User', 'x']), ['A=1'])],
    [
      ['Cmd', null],
      ['User', 'x'],
      ['Env', ['A=1']],
    ],
  );
  assert.deepEqual(mergeEnv(configOf(['Env', null]), ['A=1']).get('Env'), ['A=1']);
});

test('nothing to merge leaves the config as it is', () => {
  for (const config of [configOf(), configOf(['Env', []]), configOf(['Env', null])]) {
    assert.equal(mergeEnv(config, []), config);
  }
});

test('a name ends at its first =, and may have none', () => {
  assert.deepEqual(mergeEnv(configOf(['Env', ['A', 'B=x=y', '']]), ['A=1', 'B=0']).get('Env'), ['A', 'B=x=y', '']);
});
