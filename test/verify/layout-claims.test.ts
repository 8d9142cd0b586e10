/** Layouts that hold; as directories and as archives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../src/oci/digest.js';
import { testFaults } from '../support/layout-faults.js';
import {
  CONFIG,
  type Fields,
  LAYER,
  MANIFEST,
  nameOf,
  rootfs,
  type TestDescriptor,
  type TestImage,
  TestLayout,
} from '../support/layout-files.js';
import { anonymous, verifyEachWay } from '../support/verified-layout.js';

const ONE = { bytes: Buffer.from('one') };
const PACKED = { bytes: gzipSync('two'), plain: Buffer.from('two'), mediaType: `${LAYER}+gzip` };
const IMAGE: TestImage = { layers: [ONE, PACKED] };
const OTHER = digestOf(Buffer.from('other'));
const REF = 'org.opencontainers.image.ref.name';

test('the report of a good layout has its images, names and layers', async () => {
  const layout = new TestLayout();
  const image = layout.image({ ...IMAGE, config: { architecture: 'arm64', variant: 'v8' } });
  const platform = { architecture: 'arm64', os: 'linux', variant: 'v8' };
  layout.list({ ...image, platform, annotations: { [REF]: 'a' } }, { ...image, annotations: { [REF]: 'b' } });
  const { images, ...rest } = await verifyEachWay(layout);
  assert.deepEqual(rest, {
    ok: true,
    formats: ['oci-layout'],
    entries: 6,
    mismatches: [],
    unchecked: [],
    notes: [],
  });
  assert.equal(images.length, 1);
  const { imageId, ...facts } = images[0] ?? assert.fail();
  assert.ok(imageId !== undefined && layout.files.has(nameOf(imageId)));
  assert.deepEqual(facts, {
    names: ['a', 'b'],
    manifest: image.digest,
    indexes: [],
    platform: 'linux/arm64/v8',
    layers: [
      {
        name: nameOf(digestOf(ONE.bytes)),
        digest: digestOf(ONE.bytes),
        diffId: digestOf(ONE.bytes),
        size: 3,
        compressedSize: 3,
        mediaType: LAYER,
      },
      {
        name: nameOf(digestOf(PACKED.bytes)),
        digest: digestOf(PACKED.bytes),
        diffId: digestOf(PACKED.plain),
        size: 3,
        compressedSize: PACKED.bytes.length,
        mediaType: PACKED.mediaType,
      },
    ],
  });
});

/** Layouts in which all holds, with the names of their images and the notes. */
const GOOD: readonly (readonly [what: string, make: (layout: TestLayout) => void, notes?: readonly string[]])[] = [
  ['without images', (layout) => layout.list()],
  [
    'of one layer in several gzip members',
    (layout) =>
      layout.list(
        layout.image({
          layers: [{ ...PACKED, bytes: Buffer.concat([gzipSync('t'), gzipSync('wo')]) }],
        }),
      ),
  ],
  ['with an index in an index', (layout) => layout.list(layout.index([layout.index([layout.image(IMAGE)])]))],
  ['with SHA-512', (layout) => layout.list(layout.blob(MANIFEST, sha512Manifest(layout), 'sha512'))],
  [
    'with media types of Docker',
    (layout) => {
      const list = layout.blob('application/vnd.docker.distribution.manifest.list.v2+json', {
        schemaVersion: 2,
        mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
        manifests: [dockerImage(layout)],
      });
      layout.list(list);
    },
  ],
  [
    'with a history of more items than layers',
    (layout) => layout.list(layout.image({ ...IMAGE, config: { history: [{}, { empty_layer: true }, {}] } })),
  ],
  ['without a history', (layout) => layout.list(layout.image({ ...IMAGE, config: { history: undefined } }))],
  [
    'with embedded data',
    (layout) => {
      const image = layout.image(IMAGE);
      layout.list({ ...image, data: layout.files.get(nameOf(image.digest))?.toString('base64') });
    },
  ],
  [
    'with a layer that must not be passed on',
    (layout) => {
      const mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar';
      const image = layout.image({ layers: [{ ...ONE, mediaType }] });
      layout.files.delete(nameOf(digestOf(ONE.bytes)));
      layout.list(image);
    },
    [
      `MANIFEST layers[0]: ${digestOf(ONE.bytes)} is not here, as is allowed for application/vnd.oci.image.layer.nondistributable.v1.tar, and was not checked`,
    ],
  ],
  [
    'with an artifact',
    (layout) => layout.list(artifact(layout)),
    [
      'MANIFEST has a config of the type application/vnd.oci.empty.v1+json: no image, so only digests and sizes were checked',
    ],
  ],
  [
    'with a subject that is elsewhere',
    (layout) => {
      layout.list(layout.image({ ...IMAGE, manifest: { subject: { mediaType: MANIFEST, digest: OTHER, size: 1 } } }));
    },
    [`MANIFEST subject: ${OTHER} is not here, as is allowed, and was not checked`],
  ],
  [
    'with a blob that nothing reaches',
    (layout) => {
      layout.blob('text/plain', Buffer.from('text'));
      layout.list(layout.image(IMAGE));
    },
    [`${nameOf(digestOf(Buffer.from('text')))} is reached by nothing`],
  ],
];

testFaults([
  [
    'no oci-layout',
    (layout) => {
      layout.list();
      layout.files.delete('oci-layout');
    },
    ['oci-layout is missing'],
  ],
  [
    'an oci-layout of another version',
    (layout) => layout.list().put('oci-layout', { imageLayoutVersion: '2.0.0' }),
    ['oci-layout is of the version "2.0.0", and only 1.0.0 is known'],
  ],
  [
    'an oci-layout without version',
    (layout) => layout.list().put('oci-layout', {}),
    ['oci-layout has no imageLayoutVersion'],
  ],
  ['no index.json', () => {}, ['index.json is missing']],
  [
    'an index.json that is no JSON',
    (layout) => layout.put('index.json', 'x'),
    ['index.json is not JSON: line 1, column 1: expected a value'],
  ],
  [
    'an index.json of another schema',
    (layout) => layout.put('index.json', { schemaVersion: 1, manifests: [] }),
    ['index.json has no schemaVersion of 2'],
  ],
  [
    'an index.json without manifests',
    (layout) => layout.put('index.json', { schemaVersion: 2 }),
    ['index.json has no list of manifests'],
  ],
  [
    'an index.json that says it is a manifest',
    (layout) => layout.put('index.json', { schemaVersion: 2, mediaType: MANIFEST, manifests: [] }),
    [`index.json has the media type ${MANIFEST}, which is none of an index`],
  ],
]);

for (const [what, make, notes = []] of GOOD) {
  test(`a layout ${what} holds`, async () => {
    const layout = new TestLayout();
    make(layout);
    const report = await verifyEachWay(layout);
    assert.ok(report.ok);
    assert.deepEqual(report.mismatches, []);
    assert.deepEqual(
      report.notes.map((note) => anonymous(layout, note)),
      notes,
    );
  });
}

function sha512Manifest(layout: TestLayout): Fields {
  const config = layout.blob(CONFIG, { architecture: 'amd64', os: 'linux', rootfs: rootfs(ONE.bytes) }, 'sha512');
  return { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layout.blob(LAYER, ONE.bytes, 'sha512')] };
}

function dockerImage(layout: TestLayout): TestDescriptor {
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const config = { architecture: 'amd64', os: 'linux', rootfs: rootfs(PACKED.plain) };
  return layout.blob(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: layout.blob('application/vnd.docker.container.image.v1+json', config),
    layers: [layout.blob('application/vnd.docker.image.rootfs.diff.tar.gzip', PACKED.bytes)],
  });
}

/** Of bytes that look compressed, and are not. */
function artifact(layout: TestLayout): TestDescriptor {
  return layout.blob(MANIFEST, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: 'text/plain',
    config: layout.blob('application/vnd.oci.empty.v1+json', {}),
    layers: [layout.blob(`${LAYER}+gzip`, Buffer.from('text'))],
  });
}
