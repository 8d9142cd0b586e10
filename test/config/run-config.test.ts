import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runConfigFaults } from '../../src/config/run-config.js';
import { parseJson } from '../../src/ground/json/parse.js';
import { isJsonObject } from '../../src/ground/json/value.js';

function faultsOf(config: string): string[] {
  const parsed = parseJson(config);
  assert.ok(isJsonObject(parsed));
  return runConfigFaults(parsed).map(({ place, message }) => `${place}: ${message}`);
}

test('what clients take is no fault', () => {
  assert.deepEqual(runConfigFaults(null), []);
  const config = {
    User: '0:0',
    ExposedPorts: { '80/tcp': {}, '81/tcp': null },
    Env: ['A=1', null],
    Entrypoint: null,
    cmd: [],
    Volumes: { '/data': { any: 'thing' } },
    Labels: { a: 'b' },
    Tty: true,
    Healthcheck: { Test: ['NONE'], Interval: 1_000_000, Retries: 3, Start: [] },
    StopTimeout: -1,
    Unknown: [1],
  };
  assert.deepEqual(faultsOf(JSON.stringify(config)), []);
});

const FAULTS: readonly [config: object | string, fault: string][] = [
  [{ Env: { A: '1' } }, 'Env: expected a list of strings, found {"A":"1"}'],
  [{ Env: ['A=1', 2] }, 'Env[1]: expected a string, found 2'],
  [{ Cmd: 'sh' }, 'Cmd: expected a list of strings, found "sh"'],
  [{ ENTRYPOINT: 'sh' }, 'ENTRYPOINT: expected a list of strings, found "sh"'],
  [{ ExposedPorts: ['80'] }, 'ExposedPorts: expected an object such as {"8080/tcp": {}}, found ["80"]'],
  [{ ExposedPorts: { '80': true } }, 'ExposedPorts["80"]: expected an object such as {}, found true'],
  [{ Volumes: ['/data'] }, 'Volumes: expected an object such as {"/data": {}}, found ["/data"]'],
  [{ Labels: { a: 1 } }, 'Labels["a"]: expected a string, found 1'],
  [{ Labels: [] }, 'Labels: expected an object of strings, found []'],
  [{ User: 0 }, 'User: expected a string, found 0'],
  [{ WorkingDir: [] }, 'WorkingDir: expected a string, found []'],
  [{ Tty: 'yes' }, 'Tty: expected true or false, found "yes"'],
  ['{"StopTimeout": 1.0}', 'StopTimeout: expected a whole number, found 1'],
  [{ Healthcheck: [] }, 'Healthcheck: expected an object, found []'],
  [{ Healthcheck: { Interval: '30s' } }, 'Healthcheck.Interval: expected a whole number, found "30s"'],
];

for (const [config, fault] of FAULTS) {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  test(`a fault: ${text}`, () => assert.deepEqual(faultsOf(text), [fault]));
}
