import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConf } from '../../src/config/parse.js';
import { type ConfIssue, LayerstreamError } from '../../src/ground/errors.js';
import { CURRENT_KIND, FIRST_KIND } from '../support/confs.js';

test('all faults of a conf are reported at once, each with its place and what was found there', () => {
  const conf = {
    created: '',
    config: [],
    store_layers: [['/nix/store/a', 7], 'x'],
    customisation_layer: 'a\0b',
    uid: 'root',
    gid: 1.5,
    from_image: false,
    store_dir: 'nix',
  };
  const found = new Map(issuesOf(conf).map(({ place, message }) => [place, message]));
  assert.deepEqual(
    found,
    new Map([
      ['config', 'expected an object, found []'],
      ['architecture', 'expected a string, found nothing'],
      ['repo_tag', 'expected a string, found nothing'],
      ['created', 'expected a time such as 1970-01-01T00:00:01+00:00, or "now", found ""'],
      ['store_layers[0][1]', 'expected a string, found 7'],
      ['store_layers[1]', 'expected a list of store paths, found "x"'],
      ['customisation_layer', 'expected a path, found "a\\u0000b"'],
      ['uid', 'expected a whole number, or its decimal text, found "root"'],
      ['gid', 'expected a whole number within ±2^53, found 1.5'],
      ['store_dir', found.get('store_dir') ?? ''],
      ['from_image', found.get('from_image') ?? ''],
    ]),
  );
  assert.match(found.get('store_dir') ?? '', /^expected an absolute path.*, found "nix"$/);
});

test('faults of times, paths and names are reported at once too', () => {
  const conf = {
    ...CURRENT_KIND,
    created: '2024-05-06T07:08:09',
    mtime: 'soon',
    uname: '\ud800',
    gname: 'a\0',
    store_layers: [['/nix/store/a'], ['/nix/store/b', '/etc/passwd', '/nix/store/../x']],
  };
  assert.deepEqual(issuesOf(conf), [
    { place: 'store_layers[1][1]', message: 'expected a path below /nix/store, found "/etc/passwd"' },
    { place: 'store_layers[1][2]', message: 'expected a path without "..", found "/nix/store/../x"' },
    {
      place: 'created',
      message: 'expected a time with its offset from UTC, such as …Z or …+00:00, found "2024-05-06T07:08:09"',
    },
    { place: 'mtime', message: 'expected a time such as 1970-01-01T00:00:01+00:00, or "now", found "soon"' },
    { place: 'uname', message: 'expected a name that UTF-8 can write, found "\\ud800"' },
    { place: 'gname', message: 'expected a name that UTF-8 can write, found "a\\u0000"' },
  ]);
});

test('a customisation layer of the first kind lies in the store', () => {
  const [issue] = issuesOf({ ...FIRST_KIND, customisation_layer: '/home/x' });
  assert.deepEqual(issue, {
    place: 'customisation_layer',
    message: 'expected a path below /nix/store, found "/home/x"',
  });
});

test('store_dir is a path without dots, doubled slashes and a slash at its end', () => {
  for (const store_dir of ['', '/', '/nix/', '/nix//store', '/nix/../store', '/./nix', '/nix/.']) {
    assert.deepEqual(
      issuesOf({ ...CURRENT_KIND, store_dir, store_layers: [] })
        .map(({ place }) => place)
        .at(0),
      'store_dir',
      store_dir,
    );
  }
  parseConf(JSON.stringify({ ...CURRENT_KIND, store_dir: '/a/..b/.c', store_layers: [['/a/..b/.c/x']] }));
});

test('Env must be a list of strings where it is to be merged', () => {
  const withEnv = (Env: unknown, from_image: string | null) => ({ ...CURRENT_KIND, from_image, config: { Env } });
  assert.deepEqual(issuesOf(withEnv('A=1', '/base')), [
    { place: 'config.Env', message: 'expected a list of strings, found "A=1"' },
  ]);
  assert.deepEqual(issuesOf(withEnv(['A=1', 2], '/base')), [
    { place: 'config.Env[1]', message: 'expected a string, found 2' },
  ]);
  assert.deepEqual(issuesOf(withEnv([null], '/base')), [
    { place: 'config.Env[0]', message: 'expected a string, found null' },
  ]);
  parseConf(JSON.stringify(withEnv(null, '/base')));
  parseConf(JSON.stringify(withEnv('A=1', null)));
});

test('a conf that is not JSON, or not an object, is reported with the place of the fault', () => {
  const messageOf = (text: string | Uint8Array) => errorOf(text).message;
  assert.equal(messageOf('{\n  "a": }'), 'my.json: not JSON: line 2, column 8: expected a value');
  assert.equal(messageOf(Buffer.from([0x7b, 0xff])), 'my.json: not JSON: not UTF-8 text');
  assert.equal(messageOf('[]'), 'my.json: expected an object, found []');
  assert.equal(messageOf('null'), 'my.json: expected an object, found null');
});

test('several faults are reported on a line each', () => {
  const { message } = errorOf(JSON.stringify({ ...FIRST_KIND, repo_tag: 1, created: 2 }));
  assert.equal(
    message,
    'my.json: 2 faults\n  repo_tag: expected a string, found 1\n  created: expected a string, found 2',
  );
});

test('a wrong value is cut to a readable length, and integers of any size are shown', () => {
  const [long] = issuesOf({ ...FIRST_KIND, repo_tag: ['x'.repeat(500)] });
  assert.equal(long?.message, `expected a string, found ["${'x'.repeat(118)}…`);
  const text = JSON.stringify({ ...FIRST_KIND, repo_tag: 0 }).replace('"repo_tag":0', `"repo_tag":${'9'.repeat(30)}`);
  assert.deepEqual(errorOf(text).issues, [
    { place: 'repo_tag', message: `expected a string, found ${'9'.repeat(30)}` },
  ]);
  const nested = JSON.stringify({ ...FIRST_KIND, repo_tag: 0 }).replace(
    '"repo_tag":0',
    '"repo_tag":[12345678901234567890]',
  );
  assert.match(errorOf(nested).message, /12345678901234567890/);
});

test('ids beyond what a double holds are refused', () => {
  for (const uid of ['99999999999999999999', '9007199254740993', '0x10', '1.0', '', ' 1']) {
    assert.deepEqual(
      issuesOf({ ...CURRENT_KIND, uid }).map(({ place }) => place),
      ['uid'],
      uid,
    );
  }
});

function issuesOf(conf: object): readonly ConfIssue[] {
  return errorOf(JSON.stringify(conf)).issues;
}

function errorOf(text: string | Uint8Array): LayerstreamError {
  try {
    parseConf(text, { source: 'my.json' });
  } catch (error) {
    assert.ok(error instanceof LayerstreamError);
    assert.equal(error.code, 'CONF_INVALID');
    return error;
  }
  return assert.fail('the conf was accepted');
}

test('faults of shape, times and paths are reported together', () => {
  const issues = issuesOf({
    ...CURRENT_KIND,
    repo_tag: 5,
    created: '2024-05-06T07:08:09',
    mtime: 'soon',
    store_dir: '/gnu/store',
    store_layers: [['/gnu/store/a', '/nix/store/b', '/gnu/store/../c']],
    uname: '\ud800',
  });
  assert.deepEqual(issues.map(({ place }) => place).sort(), [
    'created',
    'mtime',
    'repo_tag',
    'store_layers[0][1]',
    'store_layers[0][2]',
    'uname',
  ]);
});
