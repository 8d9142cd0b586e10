import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../src/ground/json/parse.js';
import { isJsonObject, type JsonObject } from '../../src/ground/json/value.js';
import { makeImageConfig, readImageConfig } from '../../src/oci/config.js';
import { digestOf } from '../../src/oci/digest.js';

const A = digestOf(Buffer.from('a'));
const B = digestOf(Buffer.from('b'));
const NOWHERE = { architecture: undefined, os: undefined, variant: undefined };
const ROOTFS = { type: 'layers', diff_ids: [A] };

test('the image config is written in the order and form of nixpkgs', () => {
  const config = objectOf('{"Cmd": ["/bin/sh"], "10": 1.50, "2": {}}');
  const document = makeImageConfig({ architecture: 'arm64', created: '1970-01-01T00:00:01+00:00', config }, [
    { diffId: A, paths: ['/nix/store/a', "/nix/store/it's"] },
    { diffId: B, paths: [] },
  ]);
  const text = `{
    "created": "1970-01-01T00:00:01+00:00",
    "architecture": "arm64",
    "os": "linux",
    "config": {
        "Cmd": [
            "/bin/sh"
        ],
        "10": 1.5,
        "2": {}
    },
    "rootfs": {
        "diff_ids": [
            "${A}",
            "${B}"
        ],
        "type": "layers"
    },
    "history": [
        {
            "created": "1970-01-01T00:00:01+00:00",
            "comment": "store paths: ['/nix/store/a', \\"/nix/store/it's\\"]"
        },
        {
            "created": "1970-01-01T00:00:01+00:00",
            "comment": "store paths: []"
        }
    ]
}`;
  assert.equal(Buffer.from(document.bytes).toString(), text);
  assert.equal(document.digest, digestOf(Buffer.from(text)));
});

test('an image without layers has empty lists', () => {
  const { bytes } = makeImageConfig({ architecture: 'a', created: 'é', config: new Map() }, []);
  const document = objectOf(Buffer.from(bytes).toString());
  assert.deepEqual([document.get('created'), document.get('config'), document.get('history')], ['é', new Map(), []]);
});

test('what is made is read again', () => {
  const layers = [{ diffId: A, paths: ['/nix/store/a'] }];
  const { bytes } = makeImageConfig(
    { architecture: 'arm64', created: 'x', config: objectOf('{"Env": ["A=1"]}') },
    layers,
  );
  assert.deepEqual(readImageConfig(bytes), {
    diffIds: [A],
    history: ["store paths: ['/nix/store/a']"],
    env: ['A=1'],
    platform: { architecture: 'arm64', os: 'linux', variant: undefined },
  });
});

test('an image config is read; a history counts only what made a layer', () => {
  const history = [{}, { empty_layer: true }, { empty_layer: false }, { created: 'x' }];
  const document = { rootfs: ROOTFS, config: { Env: ['A=1'] }, history };
  assert.deepEqual(readImageConfig(json(document)), {
    diffIds: [A],
    history: [undefined, undefined, undefined],
    env: ['A=1'],
    platform: NOWHERE,
  });
});

test('a variant follows the architecture and the system that it belongs to, and no run configuration is null', () => {
  const { bytes } = makeImageConfig({ architecture: 'arm', variant: 'v7', created: 'x', config: null }, []);
  const document = objectOf(Buffer.from(bytes).toString());
  assert.deepEqual([...document.keys()].slice(0, 5), ['created', 'architecture', 'os', 'variant', 'config']);
  assert.deepEqual([document.get('variant'), document.get('config')], ['v7', null]);
});

test('a rootfs may have no type, and null for an empty list', () => {
  for (const rootfs of [{ diff_ids: null }, { type: '', diff_ids: null }, { type: 'layers', diff_ids: [] }]) {
    assert.deepEqual(readImageConfig(json({ rootfs })).diffIds, []);
  }
});

test('config, Env and history may be null or absent', () => {
  const plain = { diffIds: [A], history: undefined, env: [], platform: NOWHERE };
  assert.deepEqual(readImageConfig(json({ rootfs: ROOTFS })), plain);
  assert.deepEqual(readImageConfig(json({ rootfs: ROOTFS, config: null, history: null })), plain);
  assert.deepEqual(readImageConfig(json({ rootfs: ROOTFS, config: { Env: null } })), plain);
  assert.deepEqual(readImageConfig(json({ rootfs: ROOTFS, history: [] })), plain);
});

const BAD_CONFIGS: readonly [document: unknown, message: string][] = [
  [[], 'is not an object'],
  [{}, 'has no rootfs'],
  [{ rootfs: { type: 'dirs', diff_ids: [] } }, 'has a rootfs.type that is not "layers"'],
  [{ rootfs: { type: 1, diff_ids: [] } }, 'has no string as type'],
  [{ rootfs: { type: 'layers' } }, 'rootfs.diff_ids is not a list of strings'],
  [{ rootfs: { type: 'layers', diff_ids: ['sha256:12'] } }, 'rootfs.diff_ids[0] is not a SHA-256 digest: sha256:12'],
  [{ rootfs: ROOTFS, config: 'x' }, 'has a config that is not an object'],
  [{ rootfs: ROOTFS, config: { Env: { A: 1 } } }, 'config.Env is not a list of strings'],
  [{ rootfs: ROOTFS, history: {} }, 'has a history that is not a list'],
  [{ rootfs: ROOTFS, os: 1 }, 'has no string as os'],
];

for (const [document, message] of BAD_CONFIGS) {
  test(`no image config: ${JSON.stringify(document)}`, () => {
    assert.throws(() => readImageConfig(json(document)), { name: 'DocumentError', message });
  });
}

function objectOf(text: string): JsonObject {
  const value = parseJson(text);
  assert.ok(isJsonObject(value));
  return value;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
