/** Each claim of a descriptor that may not hold. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { makeArchive, streamOf } from '../support/archives.js';
import { IMAGE, ONE, PACKED, testFaults } from '../support/layout-faults.js';
import { LAYER, nameOf, rootfs, TestLayout } from '../support/layout-files.js';
import { verifyEachWay } from '../support/verified-layout.js';

const TWO = Buffer.from('two');
const PACKED_LAYER = new TestLayout().blob(PACKED.mediaType, PACKED.bytes);

testFaults([
  [
    'descriptors of the wrong shape, next to a good one',
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

test('a blob whose digest is of another algorithm is not checked', async () => {
  const layout = new TestLayout();
  const layer = { mediaType: LAYER, digest: 'blake3:abc', size: 3 };
  layout.put('blobs/blake3/abc', 'one').list(layout.image({ ...IMAGE, manifest: { layers: [layer, PACKED_LAYER] } }));
  const { ok, mismatches, unchecked } = await verifyEachWay(layout);
  assert.deepEqual([ok, mismatches], [false, []]);
  assert.deepEqual(unchecked, ['1 blob with a blake3 digest not checked (only sha256 and sha512 are known)']);
});

test('one bad descriptor hides no other fault, and all are reported together', async () => {
  const layout = new TestLayout();
  const image = layout.image({ ...IMAGE, config: { os: undefined, rootfs: rootfs(ONE.bytes, ONE.bytes) } });
  layout.list(7, { ...image, size: 1 }).put(nameOf(digestOf(ONE.bytes)), 'ONE');
  assert.equal((await verifyEachWay(layout)).mismatches.length, 6);
});

test('blobs in an archive may be hard links to files of their digest, and no other links', async () => {
  const layout = new TestLayout();
  layout.list(layout.image({ layers: [ONE, { bytes: TWO }] }));
  const name = nameOf(digestOf(ONE.bytes));
  const others = layout.members.filter((member) => member.name !== name);
  const verify = async (type: 'link' | 'symlink', linkname: string, body: string) => {
    const members = [{ name: 'data', body }, ...others, { name, type, linkname }];
    return (await verifyArchive(streamOf(await makeArchive(members)))).mismatches;
  };
  assert.deepEqual(await verify('symlink', '../../data', 'one'), [`${name} is a symbolic link, which is not followed`]);
  const [mismatch] = await verify('link', nameOf(digestOf(TWO)), '');
  assert.equal(mismatch, `${name} has the digest ${digestOf(TWO)}`);
});
