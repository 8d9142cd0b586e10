import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { readImageConfig, readManifest } from '../../src/oci/docker-documents.js';

const DIGEST = digestOf(Buffer.from('a'));
const NOWHERE = { architecture: undefined, os: undefined, variant: undefined };
const ROOTFS = { type: 'layers', diff_ids: [DIGEST] };

test('a manifest is read, with tags or without', () => {
  const items = [
    { Config: 'a.json', RepoTags: ['x:1', 'x:2'], Layers: ['l'] },
    { Config: 'b.json', RepoTags: null, Layers: [], Parent: 'ignored' },
    { Config: 'c.json', Layers: [] },
  ];
  assert.deepEqual(readManifest(json(items)), [
    { config: 'a.json', repoTags: ['x:1', 'x:2'], layers: ['l'] },
    { config: 'b.json', repoTags: [], layers: [] },
    { config: 'c.json', repoTags: [], layers: [] },
  ]);
});

const BAD_MANIFESTS: readonly [document: unknown, message: string][] = [
  [{}, 'is not a list of images'],
  [[], 'is not a list of images'],
  [[7], '[0] is not an object'],
  [[{ Layers: [] }], '[0].Config is not a name'],
  [[{ Config: 'a', Layers: 'l' }], '[0].Layers is not a list of strings'],
  [[{ Config: 'a' }], '[0].Layers is not a list of strings'],
  [
    [
      { Config: 'a', Layers: [] },
      { Config: 'a', Layers: [], RepoTags: [1] },
    ],
    '[1].RepoTags is not a list of strings',
  ],
];

for (const [document, message] of BAD_MANIFESTS) {
  test(`no manifest: ${JSON.stringify(document)}`, () => {
    assert.throws(() => readManifest(json(document)), { name: 'DocumentError', message });
  });
}

test('an image config is read; a history counts only what made a layer', () => {
  const history = [{}, { empty_layer: true }, { empty_layer: false }, { created: 'x' }];
  const document = { rootfs: ROOTFS, config: { Env: ['A=1'] }, history };
  assert.deepEqual(readImageConfig(json(document)), {
    diffIds: [DIGEST],
    history: [undefined, undefined, undefined],
    env: ['A=1'],
    platform: NOWHERE,
  });
});

test('config, Env and history may be null or absent', () => {
  const plain = { diffIds: [DIGEST], history: undefined, env: [], platform: NOWHERE };
  assert.deepEqual(readImageConfig(json({ rootfs: ROOTFS })), plain);
  assert.deepEqual(readImageConfig(json({ rootfs: ROOTFS, config: null, history: null })), plain);
  assert.deepEqual(readImageConfig(json({ rootfs: ROOTFS, config: { Env: null } })), plain);
  assert.deepEqual(readImageConfig(json({ rootfs: ROOTFS, history: [] })), plain);
});

const BAD_CONFIGS: readonly [document: unknown, message: string][] = [
  [[], 'is not an object'],
  [{}, 'has no rootfs'],
  [{ rootfs: { diff_ids: [] } }, 'has a rootfs.type that is not "layers"'],
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

test('what is no text, or no JSON, is told so', () => {
  assert.throws(() => readManifest(Buffer.from([0xff])), { name: 'DocumentError', message: 'is not UTF-8 text' });
  assert.throws(() => readManifest(Buffer.from('[')), { message: 'is not JSON: line 1, column 2: unexpected end' });
});

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
