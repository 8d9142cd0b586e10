/** Each claim of a layout's own files, and of its descriptors, that may not hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { IMAGE, ONE, testFaults } from '../support/layout-faults.js';
import { MANIFEST, nameOf, rootfs, TestLayout } from '../support/layout-files.js';
import { verifyEachWay } from '../support/verified-layout.js';

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
]);

test('what is no descriptor hides nothing else, and all is told together', async () => {
  const layout = new TestLayout();
  const image = layout.image({ ...IMAGE, config: { os: undefined, rootfs: rootfs(ONE.bytes, ONE.bytes) } });
  layout.list(7, { ...image, size: 1 }).put(nameOf(digestOf(ONE.bytes)), 'ONE');
  assert.equal((await verifyEachWay(layout)).mismatches.length, 6);
});
