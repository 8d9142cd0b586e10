import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConf } from '../../src/config/parse.js';
import { CURRENT_KIND, FIRST_KIND } from '../support/confs.js';

const parse = (conf: object, options = {}) => parseConf(JSON.stringify(conf), options).conf;

test('a conf of the first kind', () => {
  assert.deepEqual(parse(FIRST_KIND), {
    architecture: 'amd64',
    created: '2024-05-06T07:08:09Z',
    config: new Map([['Cmd', ['/bin/sh']]]),
    repoTag: 'app:1',
    storeDir: '/nix/store',
    storeLayers: [['/nix/store/aaaa-x'], ['/nix/store/bbbb-y', '/nix/store/bbbb-z']],
    customisation: { kind: 'tree', path: '/nix/store/cccc-custom' },
    fromImage: undefined,
    ownership: { kind: 'from-files' },
    archiveTime: 0,
  });
});

test('a conf of the current kind', () => {
  const conf = { ...CURRENT_KIND, from_image: '/base.tar', uid: '1000', gid: 100, uname: 'app', gname: 'users' };
  assert.deepEqual(parse(conf), {
    architecture: 'amd64',
    created: '2024-05-06T07:08:09+00:00',
    config: new Map([['Cmd', ['/bin/sh']]]),
    repoTag: 'app:1',
    storeDir: '/nix/store',
    storeLayers: [['/nix/store/aaaa-x'], ['/nix/store/bbbb-y', '/nix/store/bbbb-z']],
    customisation: { kind: 'tar', path: '/nix/store/cccc-custom' },
    fromImage: '/base.tar',
    ownership: { kind: 'fixed', mtime: 1, uid: 1000, gid: 100, uname: 'app', gname: 'users' },
    archiveTime: 1,
  });
});

test('each key of the current kind alone makes it one, and the rest is as an older nixpkgs had it', () => {
  const time = 1714979289;
  const owner = { kind: 'fixed', mtime: time, uid: 0, gid: 0, uname: 'root', gname: 'root' };
  const alone: [object, object][] = [
    [{ store_dir: '/nix/store' }, owner],
    [{ from_image: null }, owner],
    [{ mtime: '1970-01-01T00:00:07Z' }, { ...owner, mtime: 7 }],
    [{ uid: '-1' }, { ...owner, uid: -1 }],
    [{ gid: 5 }, { ...owner, gid: 5 }],
    [{ uname: '' }, { ...owner, uname: '' }],
    [{ gname: 'wheel' }, { ...owner, gname: 'wheel' }],
  ];
  for (const [extra, ownership] of alone) {
    const conf = parse({ ...FIRST_KIND, ...extra });
    assert.deepEqual(conf.ownership, ownership, JSON.stringify(extra));
    assert.equal(conf.customisation.kind, 'tar');
    assert.equal(conf.fromImage, undefined);
    assert.equal(conf.storeDir, '/nix/store');
    assert.equal(conf.archiveTime, 'mtime' in extra ? 7 : time);
  }
});

test('created of the first kind is copied unchanged, and now is the time of the run', () => {
  for (const created of ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.100-01:30']) {
    assert.equal(parse({ ...FIRST_KIND, created }).created, created);
  }
  const conf = parse({ ...FIRST_KIND, created: 'now' }, { now: () => 6_000_001 });
  assert.equal(conf.created, '1970-01-01T00:00:06.000001+00:00');
});

test('config may be null', () => {
  assert.equal(parse({ ...FIRST_KIND, config: null }).config, null);
  assert.equal(parse({ ...CURRENT_KIND, config: null, from_image: '/base.tar' }).config, null);
});

test('a variant is read, and null is none', () => {
  assert.equal(parse({ ...FIRST_KIND, architecture: 'arm', variant: 'v7' }).variant, 'v7');
  assert.equal('variant' in parse({ ...CURRENT_KIND, variant: null }), false);
});

test('a value in config that no client takes is a warning that names its key', () => {
  const { conf, warnings } = parseConf(JSON.stringify({ ...FIRST_KIND, config: { Cmd: 'sh', Labels: { a: 1 } } }));
  assert.equal(conf.config?.get('Cmd'), 'sh');
  assert.deepEqual(warnings, [
    'config.Cmd: expected a list of strings, found "sh"; clients such as Podman refuse the image',
    'config.Labels["a"]: expected a string, found 1; clients such as Podman refuse the image',
  ]);
});

test('created and mtime that both say now are one time', () => {
  let clock = 1_000_000;
  const conf = parse({ ...CURRENT_KIND, created: 'now', mtime: 'now' }, { now: () => (clock += 5_000_000) });
  assert.equal(conf.created, '1970-01-01T00:00:06+00:00');
  assert.equal(conf.archiveTime, 6);
});

test('now is the time of the run', () => {
  const before = Math.floor(Date.now() / 1000) - 1;
  const { archiveTime } = parse({ ...CURRENT_KIND, mtime: 'now' });
  assert.ok(archiveTime >= before && archiveTime <= Date.now() / 1000 + 1);
});

test('config keeps the order of its keys, and __proto__', () => {
  const text = JSON.stringify(CURRENT_KIND).replace('{"Cmd":["/bin/sh"]}', '{"z":1,"10":2,"9":3,"__proto__":4,"a":5}');
  assert.deepEqual([...(parseConf(text).conf.config ?? new Map()).keys()], ['z', '10', '9', '__proto__', 'a']);
});

test('a tag given separately replaces that of the conf', () => {
  assert.equal(parse(FIRST_KIND, { repoTag: 'other:2' }).repoTag, 'other:2');
});

test('bytes are read as UTF-8', () => {
  const conf = { ...FIRST_KIND, repo_tag: 'é:1' };
  assert.equal(parseConf(Buffer.from(JSON.stringify(conf))).conf.repoTag, 'é:1');
});

test('unknown keys are warned of, os is not', () => {
  const text = JSON.stringify({ ...CURRENT_KIND, fromImage: 1, extra: {} }).replace('{', '{"__proto__": 1, ');
  assert.deepEqual(parseConf(text).warnings, [
    'unknown key "__proto__"',
    'unknown key "fromImage"',
    'unknown key "extra"',
  ]);
  assert.deepEqual(parseConf(JSON.stringify({ ...FIRST_KIND, os: 7 })).warnings, []);
});

test('100,000 paths are kept, all and in order', () => {
  const layers = Array.from({ length: 100 }, (_, layer) =>
    Array.from({ length: 1000 }, (_, i) => `/nix/store/${layer}-${i}`),
  );
  assert.deepEqual(parse({ ...CURRENT_KIND, store_layers: layers }).storeLayers, layers);
});
