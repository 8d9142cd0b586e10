import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { makeDockerManifest, readDockerManifest } from '../../src/oci/docker-manifest.js';

test('the manifest names config, tag and layers', () => {
  const { bytes, digest } = makeDockerManifest({ config: 'c.json', repoTags: ['app:1'], layers: ['x/layer.tar', 'y'] });
  const text = `[
    {
        "Config": "c.json",
        "RepoTags": [
            "app:1"
        ],
        "Layers": [
            "x/layer.tar",
            "y"
        ]
    }
]`;
  assert.equal(Buffer.from(bytes).toString(), text);
  assert.equal(digest, digestOf(Buffer.from(text)));
});

test('what is made is read again, without tags too', () => {
  for (const repoTags of [[], ['app:1', 'app:2']]) {
    const item = { config: 'c', repoTags, layers: ['l', 'l'] };
    assert.deepEqual(readDockerManifest(makeDockerManifest(item).bytes), [item]);
  }
});

test('a manifest is read, with tags or without', () => {
  const items = [
    { Config: 'a.json', RepoTags: ['x:1', 'x:2'], Layers: ['l'] },
    { Config: 'b.json', RepoTags: null, Layers: [], Parent: 'ignored' },
    { Config: 'c.json', Layers: null },
  ];
  assert.deepEqual(readDockerManifest(json(items)), [
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
    assert.throws(() => readDockerManifest(json(document)), { name: 'DocumentError', message });
  });
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
