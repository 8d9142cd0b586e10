import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  documentKind,
  isImageConfig,
  isRestrictedLayer,
  layerCompression,
  layerMediaType,
  pointsToBlobs,
} from '../../src/oci/media-types.js';

const OCI = 'application/vnd.oci.image';
const DOCKER = 'application/vnd.docker';

const LAYERS = [
  [`${OCI}.layer.v1.tar`, 'none', false],
  [`${OCI}.layer.v1.tar+gzip`, 'gzip', false],
  [`${OCI}.layer.v1.tar+zstd`, 'zstd', false],
  [`${OCI}.layer.nondistributable.v1.tar`, 'none', true],
  [`${OCI}.layer.nondistributable.v1.tar+gzip`, 'gzip', true],
  [`${DOCKER}.image.rootfs.diff.tar`, 'none', false],
  [`${DOCKER}.image.rootfs.diff.tar.gzip`, 'gzip', false],
  [`${DOCKER}.image.rootfs.diff.tar.zstd`, 'zstd', false],
  [`${DOCKER}.image.rootfs.foreign.diff.tar.gzip`, 'gzip', true],
  [`${OCI}.layer.v1.tar+lz4`, undefined, false],
  [`${OCI}.layer.v1.tar+gzip+encrypted`, undefined, false],
  ['application/vnd.in-toto+json', undefined, false],
  ['', undefined, false],
] as const;

for (const [mediaType, compression, isRestricted] of LAYERS) {
  test(`a layer of the media type "${mediaType}" is compressed with: ${compression}`, () => {
    assert.equal(layerCompression(mediaType), compression);
    assert.equal(isRestrictedLayer(mediaType), isRestricted);
  });
}

test('layers that are made have a media type that is read', () => {
  for (const kind of ['none', 'gzip', 'zstd'] as const) assert.equal(layerCompression(layerMediaType(kind)), kind);
});

test('indexes, manifests and the manifests of artifacts point to other blobs', () => {
  const pointing = [
    `${OCI}.index.v1+json`,
    `${DOCKER}.distribution.manifest.v2+json`,
    'application/vnd.oci.artifact.manifest.v1+json',
  ];
  for (const mediaType of pointing) assert.ok(pointsToBlobs(mediaType));
  for (const mediaType of [`${OCI}.config.v1+json`, `${OCI}.layer.v1.tar`]) assert.ok(!pointsToBlobs(mediaType));
});

test('documents are known by their media type, and nothing else is one', () => {
  for (const [mediaType, kind] of [
    [`${OCI}.index.v1+json`, 'index'],
    [`${DOCKER}.distribution.manifest.list.v2+json`, 'index'],
    [`${OCI}.manifest.v1+json`, 'manifest'],
    [`${DOCKER}.distribution.manifest.v2+json`, 'manifest'],
    [`${OCI}.config.v1+json`, undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
  ] as const) {
    assert.equal(documentKind(mediaType), kind);
  }
  assert.ok(isImageConfig(`${OCI}.config.v1+json`) && isImageConfig(`${DOCKER}.container.image.v1+json`));
  assert.ok(!isImageConfig('application/vnd.oci.empty.v1+json'));
});
