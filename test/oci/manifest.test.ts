import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompressionKind } from '../../src/compression/kind.js';
import { digestOf } from '../../src/oci/digest.js';
import {
  configDescriptor,
  layerDescriptor,
  makeImageManifest,
  manifestDescriptor,
  readImageManifest,
} from '../../src/oci/manifest.js';
import { platformOf } from '../../src/oci/platform.js';

const A = digestOf(Buffer.from('a'));

test('the manifest points to the config and to the layers, by the type that they have', () => {
  const bytes = Buffer.from('{}');
  const kinds: CompressionKind[] = ['none', 'gzip', 'zstd'];
  const document = makeImageManifest({
    config: configDescriptor({ bytes, digest: digestOf(bytes) }),
    layers: kinds.map((compression, i) => layerDescriptor({ digest: A, size: 2 ** 40 + i, compression })),
  });
  assert.equal(document.digest, digestOf(document.bytes));
  const layer = 'application/vnd.oci.image.layer.v1.tar';
  assert.deepEqual(JSON.parse(Buffer.from(document.bytes).toString()), {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(bytes), size: 2 },
    layers: [
      { mediaType: layer, digest: A, size: 2 ** 40 },
      { mediaType: `${layer}+gzip`, digest: A, size: 2 ** 40 + 1 },
      { mediaType: `${layer}+zstd`, digest: A, size: 2 ** 40 + 2 },
    ],
  });
});

test('what is made is read again', () => {
  const config = configDescriptor({ bytes: Buffer.from('{}'), digest: A });
  const layer = layerDescriptor({ digest: A, size: 7, compression: 'zstd' });
  const read = readImageManifest(makeImageManifest({ config, layers: [layer, layer] }).bytes);
  assert.equal(read.mediaType, 'application/vnd.oci.image.manifest.v1+json');
  assert.equal(read.subject, undefined);
  const found = [read.config, ...read.layers].map((descriptor) => {
    assert.ok(typeof descriptor === 'object');
    const { mediaType, digest, size } = descriptor;
    return { mediaType, digest, size: Number(size) };
  });
  assert.deepEqual(found, [config, layer, layer]);
});

test('a descriptor of a manifest says for which platform the image is', () => {
  const bytes = Buffer.from('{"schemaVersion":2}');
  assert.deepEqual(manifestDescriptor({ bytes, digest: A }, platformOf({ architecture: 'amd64' })), {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: A,
    size: bytes.length,
    platform: { architecture: 'amd64', os: 'linux' },
  });
});

const GOOD = { mediaType: 'text/plain', digest: A, size: 1 };

test('a subject is read, and faulty descriptors are faults of their own', () => {
  const document = { schemaVersion: 2, config: null, layers: [{}], subject: GOOD };
  const { config, layers, subject } = readImageManifest(json(document));
  assert.deepEqual([config, layers], ['is not a descriptor', ['has no mediaType']]);
  assert.ok(typeof subject === 'object' && subject.digest === A);
});

test('documents that are no manifest are faults', () => {
  for (const [document, message] of [
    [[], 'is not an object'],
    [{ config: GOOD, layers: [] }, 'has no schemaVersion of 2'],
    [{ schemaVersion: 2, config: GOOD }, 'has no list of layers'],
    [{ schemaVersion: 2, config: GOOD, layers: {} }, 'has no list of layers'],
    [{ schemaVersion: 2, config: GOOD, layers: [], mediaType: 1 }, 'has no string as mediaType'],
  ] as const) {
    assert.throws(() => readImageManifest(json(document)), { name: 'DocumentError', message });
  }
});

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
