/** Each claim of a manifest, and of the image config below it, that may not hold. */
import assert from 'node:assert/strict';
import { digestOf } from '../../src/oci/digest.js';
import { IMAGE, ONE, testFaults } from '../support/layout-faults.js';
import { MANIFEST, nameOf, rootfs, type TestDescriptor, type TestLayout } from '../support/layout-files.js';

const OTHER = digestOf(Buffer.from('other'));

testFaults([
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
    (layout) => layout.list(layout.image({ ...IMAGE, manifest: { layers: {} } })),
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
    (layout) => layout.list(layout.image({ ...IMAGE, config: { rootfs: { type: 'dirs' } } })),
    ['CONFIG has a rootfs.type that is not "layers"'],
  ],
  [
    'a time that clients do not read, once however many manifests have the config',
    (layout) => {
      const made = { ...IMAGE, config: { created: 'now' } };
      layout.list(layout.image(made), layout.image({ ...made, manifest: { annotations: { other: '1' } } }));
    },
    ['CONFIG has no RFC 3339 time as created, but "now": clients refuse it'],
  ],
  [
    'a config of another digest',
    (layout) => layout.list(layout.image({ ...IMAGE, configDescriptor: { digest: OTHER } })),
    [`MANIFEST config: the blob ${OTHER} is missing`],
  ],
  [
    'fewer diff_ids than layers',
    (layout) => layout.list(layout.image({ ...IMAGE, config: { rootfs: rootfs(ONE.bytes) } })),
    ['MANIFEST lists 2 layers, and CONFIG 1 diff_id'],
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
]);

function changed(layout: TestLayout, image: TestDescriptor): Buffer {
  const bytes = layout.files.get(nameOf(image.digest)) ?? assert.fail();
  return Buffer.from(`${bytes.toString().trim()} `);
}
