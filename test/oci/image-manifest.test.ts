import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompressionKind } from '../../src/compression/setting.js';
import { platformOf } from '../../src/oci/descriptor.js';
import { digestOf, hexOf } from '../../src/oci/digest.js';
import { makeImageManifest, makeLayoutDockerManifest } from '../../src/oci/image-manifest.js';

const A = digestOf(Buffer.from('a'));
const B = digestOf(Buffer.from('b'));

test('the manifest points to the config and to the layers, by the type that they have', () => {
  const bytes = Buffer.from('{}');
  const kinds: CompressionKind[] = ['none', 'gzip', 'zstd'];
  const document = makeImageManifest({
    config: { bytes, digest: digestOf(bytes) },
    layers: kinds.map((compression, i) => ({ digest: A, size: 2 ** 40 + i, compression })),
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

test('an archive that is a layout names blobs in manifest.json', () => {
  const { bytes } = makeLayoutDockerManifest({ config: A, repoTags: ['app:1', 'app:2'], layers: [B, B] });
  const blob = `blobs/sha256/${hexOf(B)}`;
  assert.deepEqual(JSON.parse(Buffer.from(bytes).toString()), [
    { Config: `blobs/sha256/${hexOf(A)}`, RepoTags: ['app:1', 'app:2'], Layers: [blob, blob] },
  ]);
});

test('only 64-bit ARM has a variant that is known', () => {
  assert.deepEqual(platformOf('amd64'), { architecture: 'amd64', os: 'linux' });
  assert.deepEqual(platformOf('arm'), { architecture: 'arm', os: 'linux' });
  assert.deepEqual(platformOf('arm64'), { architecture: 'arm64', os: 'linux', variant: 'v8' });
});
