/** Each claim of a layout that may not hold; as a directory and as an archive. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../src/oci/digest.js';
import {
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

/** What is broken, and what is told of it: `MANIFEST` and `CONFIG` stand for the names of the one image's blobs. */
const BROKEN: readonly (readonly [
  what: string,
  make: (layout: TestLayout) => void,
  mismatches: readonly string[] | ((layout: TestLayout) => readonly string[]),
])[] = [
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
    ['index.json has no schemaVersion 2'],
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
  [
    'descriptors of the wrong shape, beside a good one',
    (layout) => {
      const image = layout.image(IMAGE);
      layout.list({ ...image, size: -1 }, { ...image, size: 1e30 }, { ...image, digest: 'sha256:12' }, 7, image);
    },
    [
      'index.json manifests[0] has a size that is no count of bytes: -1',
      'index.json manifests[1] has a size that is no count of bytes: 1e+30',
      'index.json manifests[2] has a digest of the wrong form: "sha256:12"',
      'index.json manifests[3] is not a descriptor',
    ],
  ],
  [
    'a manifest missing',
    (layout) => layout.list({ mediaType: MANIFEST, digest: OTHER, size: 5 }),
    [`index.json manifests[0]: the blob ${OTHER} is missing`],
  ],
  [
    'a manifest of another size',
    (layout) => {
      const image = layout.image(IMAGE);
      layout.list({ ...image, size: image.size + 1 }, { ...image, size: Number.MAX_SAFE_INTEGER });
    },
    (layout) => {
      const { digest, size } = layout.image(IMAGE);
      return [
        `index.json manifests[0] says that ${digest} has ${size + 1} bytes, and it has ${size}`,
        `index.json manifests[1] says that ${digest} has 9007199254740991 bytes, and it has ${size}`,
      ];
    },
  ],
  [
    'a manifest with other bytes than its name says',
    (layout) => {
      const image = layout.image(IMAGE);
      layout.put(nameOf(image.digest), changed(layout, image)).list({ ...image, size: image.size + 1 });
    },
    (layout) => [`MANIFEST has the digest ${digestOf(changed(layout, layout.image(IMAGE)))}`],
  ],
  [
    'a manifest that is no JSON',
    (layout) => layout.list(layout.blob(MANIFEST, Buffer.from('tar'))),
    [`${nameOf(digestOf(Buffer.from('tar')))} is no JSON document: 3 bytes`],
  ],
  [
    'a manifest that is cut',
    (layout) => layout.list(layout.blob(MANIFEST, Buffer.from('{"a":'))),
    [`${nameOf(digestOf(Buffer.from('{"a":')))} is not JSON: line 1, column 6: unexpected end`],
  ],
  [
    'a manifest without layers',
    (layout) => layout.list(layout.image({ ...IMAGE, manifest: { layers: null } })),
    ['MANIFEST has no list of layers'],
  ],
  [
    'a manifest without config',
    (layout) => layout.list(layout.image({ ...IMAGE, manifest: { config: undefined } })),
    ['MANIFEST config is not a descriptor'],
  ],
  [
    'a manifest that is described as another',
    (layout) => {
      layout.list({ ...layout.image(IMAGE), mediaType: 'application/vnd.docker.distribution.manifest.v2+json' });
    },
    [
      `MANIFEST says that it is ${MANIFEST}, and index.json manifests[0] that it is application/vnd.docker.distribution.manifest.v2+json`,
    ],
  ],
  [
    'another platform',
    (layout) => {
      layout.list({ ...layout.image(IMAGE), platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } });
    },
    ['index.json manifests[0] has the platform linux/arm64/v8, and the image config linux/amd64'],
  ],
  [
    'another variant',
    (layout) => {
      const image = layout.image({ ...IMAGE, config: { variant: 'v2' } });
      layout.list({ ...image, platform: { architecture: 'amd64', os: 'linux', variant: 'v3' } });
    },
    ['index.json manifests[0] has the platform linux/amd64/v3, and the image config linux/amd64/v2'],
  ],
  [
    'a config without platform',
    (layout) => layout.list(layout.image({ ...IMAGE, config: { os: undefined, architecture: undefined } })),
    ['CONFIG has no architecture', 'CONFIG has no os'],
  ],
  [
    'a config without rootfs',
    (layout) => layout.list(layout.image({ ...IMAGE, config: { rootfs: {} } })),
    ['CONFIG has a rootfs.type that is not "layers"'],
  ],
  [
    'a config of another digest',
    (layout) => layout.list(layout.image({ ...IMAGE, configDescriptor: { digest: OTHER } })),
    [`MANIFEST config: the blob ${OTHER} is missing`],
  ],
  [
    'a layer of another size',
    (layout) => layout.list(layout.image({ layers: [{ ...ONE, descriptor: { size: 4 } }] })),
    [`MANIFEST layers[0] says that ${digestOf(ONE.bytes)} has 4 bytes, and it has 3`],
  ],
  [
    'fewer diff_ids than layers',
    (layout) => layout.list(layout.image({ ...IMAGE, config: { rootfs: rootfs(ONE.bytes) } })),
    ['MANIFEST lists 2 layers, and CONFIG 1 diff_ids'],
  ],
  [
    'a history of fewer layers',
    (layout) => layout.list(layout.image({ ...IMAGE, config: { history: [{}] } })),
    ['MANIFEST lists 2 layers, and the history of CONFIG 1'],
  ],
  [
    'a history of no layer',
    (layout) => layout.list(layout.image({ ...IMAGE, config: { history: [{ empty_layer: true }] } })),
    ['MANIFEST lists 2 layers, and the history of CONFIG 0'],
  ],
  [
    'another diffID',
    (layout) => layout.list(layout.image({ ...IMAGE, config: { rootfs: rootfs(ONE.bytes, PACKED.bytes) } })),
    [
      `MANIFEST layers[1]: ${digestOf(PACKED.bytes)} has the diffID ${digestOf(PACKED.plain)}, and the image config says ${digestOf(PACKED.bytes)}`,
    ],
  ],
  [
    'a layer missing',
    (layout) => {
      layout.list(layout.image(IMAGE));
      layout.files.delete(nameOf(digestOf(ONE.bytes)));
    },
    [`MANIFEST layers[0]: the blob ${digestOf(ONE.bytes)} is missing`],
  ],
  [
    'a layer with other bytes than its name says',
    (layout) => {
      layout.list(layout.image(IMAGE)).put(nameOf(digestOf(ONE.bytes)), 'ONE');
    },
    [
      `${nameOf(digestOf(ONE.bytes))} has the digest ${digestOf(Buffer.from('ONE'))}`,
      `MANIFEST layers[0]: ${digestOf(ONE.bytes)} has the diffID ${digestOf(Buffer.from('ONE'))}, and the image config says ${digestOf(ONE.bytes)}`,
    ],
  ],
  [
    'a layer that is compressed, and called plain',
    (layout) => layout.list(layout.image({ layers: [{ ...PACKED, mediaType: LAYER }] })),
    [`MANIFEST layers[0] has the media type ${LAYER}, and ${digestOf(PACKED.bytes)} is compressed with gzip`],
  ],
  [
    'a layer that is plain, and called compressed',
    (layout) => layout.list(layout.image({ layers: [{ ...ONE, mediaType: `${LAYER}+zstd` }] })),
    [`MANIFEST layers[0] has the media type ${LAYER}+zstd, and ${digestOf(ONE.bytes)} is not compressed`],
  ],
  [
    'a layer that is cut',
    (layout) => layout.list(layout.image({ layers: [{ ...PACKED, bytes: PACKED.bytes.subarray(0, -2) }] })),
    [
      `MANIFEST layers[0]: the diffID of ${digestOf(PACKED.bytes.subarray(0, -2))} was not checked: broken gzip: unexpected end of file`,
    ],
  ],
  [
    'a layer with other bytes behind its end',
    (layout) =>
      layout.list(layout.image({ layers: [{ ...PACKED, bytes: Buffer.concat([PACKED.bytes, Buffer.from('more')]) }] })),
    [
      `MANIFEST layers[0]: the diffID of ${digestOf(Buffer.concat([PACKED.bytes, Buffer.from('more')]))} was not checked: broken gzip: incorrect header check`,
    ],
  ],
  [
    'data that are others',
    (layout) => layout.list({ ...layout.image(IMAGE), data: 'AAAA' }),
    (layout) => [`index.json manifests[0] has data that is not ${layout.image(IMAGE).digest}`],
  ],
  [
    'an algorithm that is not known',
    (layout) => {
      layout.put('blobs/blake3/abc', 'text').list({ mediaType: 'text/plain', digest: 'blake3:abc', size: 4 });
    },
    ['index.json manifests[0]: blake3:abc was not checked: only sha256 and sha512 are'],
  ],
  [
    'SHA-512 of other bytes',
    (layout) => {
      const blob = layout.blob('text/plain', Buffer.from('text'), 'sha512');
      layout.list(blob).put(nameOf(blob.digest), 'TEXT');
    },
    (layout) => {
      const [text, changed] = ['text', 'TEXT'].map((body) => layout.blob('', Buffer.from(body), 'sha512').digest);
      return [`${nameOf(String(text))} has the digest ${changed}`];
    },
  ],
  [
    'a blob that nothing reaches, of another name',
    (layout) => layout.list().put(`blobs/sha256/${'c'.repeat(64)}`, 'x'),
    [`blobs/sha256/${'c'.repeat(64)} has the digest ${digestOf(Buffer.from('x'))}`],
  ],
];

for (const [what, make, mismatches] of BROKEN) {
  test(`told of a layout: ${what}`, async () => {
    const layout = new TestLayout();
    make(layout);
    const report = await verifyEachWay(layout);
    const told = report.mismatches.map((mismatch) => anonymous(layout, mismatch));
    const expected = typeof mismatches === 'function' ? mismatches(layout) : mismatches;
    assert.deepEqual(
      told,
      expected.map((mismatch) => anonymous(layout, mismatch)),
    );
  });
}

test('what is no descriptor hides nothing else, and all is told together', async () => {
  const layout = new TestLayout();
  const image = layout.image({ ...IMAGE, config: { os: undefined, rootfs: rootfs(ONE.bytes, ONE.bytes) } });
  layout.list(7, { ...image, size: 1 }).put(nameOf(digestOf(ONE.bytes)), 'ONE');
  assert.equal((await verifyEachWay(layout)).mismatches.length, 6);
});

function changed(layout: TestLayout, image: TestDescriptor): Buffer {
  const bytes = layout.files.get(nameOf(image.digest)) ?? assert.fail();
  return Buffer.from(`${bytes.toString().trim()} `);
}
