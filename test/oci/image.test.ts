import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../src/ground/json/parse.js';
import { isJsonObject, type JsonObject } from '../../src/ground/json/value.js';
import { digestOf } from '../../src/oci/digest.js';
import { makeDockerManifest, makeImageConfig } from '../../src/oci/image.js';

const A = digestOf(Buffer.from('a'));
const B = digestOf(Buffer.from('b'));

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

test('the manifest names config, tag and layers', () => {
  const { bytes, digest } = makeDockerManifest({ config: 'c.json', repoTag: 'app:1', layers: ['x/layer.tar', 'y'] });
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

function objectOf(text: string): JsonObject {
  const value = parseJson(text);
  assert.ok(isJsonObject(value));
  return value;
}
