/** Claims about the layers of a manifest: sizes, digests, diffIDs and compression. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { IMAGE, ONE, PACKED, testFaults } from '../support/layout-faults.js';
import { LAYER, nameOf, rootfs, TestLayout } from '../support/layout-files.js';
import { verifyEachWay } from '../support/verified-layout.js';
import { NEEDS_ZSTD, zstdFrame } from '../support/zstd.js';

testFaults([
  [
    'a layer of another size',
    (layout) => layout.list(layout.image({ layers: [{ ...ONE, descriptor: { size: 4 } }] })),
    [`MANIFEST layers[0] says that ${digestOf(ONE.bytes)} has 4 bytes, and it has 3`],
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
    'a layer with other bytes after its end',
    (layout) =>
      layout.list(layout.image({ layers: [{ ...PACKED, bytes: Buffer.concat([PACKED.bytes, Buffer.from('more')]) }] })),
    [
      `MANIFEST layers[0]: the diffID of ${digestOf(Buffer.concat([PACKED.bytes, Buffer.from('more')]))} was not checked: broken gzip: incorrect header check`,
    ],
  ],
]);

test('where Node.js reads no zstd, it is said once that such layers are not checked', {
  skip: NEEDS_ZSTD.skip === false && 'reads zstd',
}, async () => {
  const layout = new TestLayout();
  const layers = ['a', 'b', 'a'].map((text) => {
    const plain = Buffer.from(text);
    return { bytes: zstdFrame(plain), plain, mediaType: `${LAYER}+zstd` };
  });
  layout.list(layout.image({ layers }), layout.image({ layers: layers.slice(0, 1) }));
  const { ok, mismatches, unchecked } = await verifyEachWay(layout);
  assert.deepEqual([ok, mismatches], [false, []]);
  assert.deepEqual(unchecked, ['2 zstd layers not checked (needs Node.js 22.15 or newer)']);
});

test('a layer of an unknown media type holds if it is a plain tar, and else is not checked', async () => {
  const mediaType = 'application/x-layer';
  for (const [layer, expected] of [
    [{ ...ONE, mediaType }, []],
    [{ ...PACKED, mediaType }, []],
    [
      { ...ONE, plain: Buffer.from('two'), mediaType },
      ['1 layer not checked (the media type application/x-layer is not known)'],
    ],
  ] as const) {
    const layout = new TestLayout();
    layout.list(layout.image({ layers: [layer] }));
    const { mismatches, unchecked } = await verifyEachWay(layout);
    assert.deepEqual([mismatches, unchecked], [[], expected]);
  }
});

test('what an index lists beside images and indexes is not checked', async () => {
  const layout = new TestLayout();
  layout.list(layout.blob('text/plain', Buffer.from('text')), layout.image({ layers: [ONE] }));
  const { ok, mismatches, unchecked } = await verifyEachWay(layout);
  assert.deepEqual([ok, mismatches], [false, []]);
  assert.deepEqual(unchecked, ['1 document not checked (the media type text/plain is not known)']);
});

test('layers may be compressed with zstd, in several frames', NEEDS_ZSTD, async () => {
  const layout = new TestLayout();
  const frames = [zstdFrame(Buffer.from('o')), zstdFrame(Buffer.from('ne'))];
  const layer = { bytes: Buffer.concat(frames), plain: ONE.bytes, mediaType: `${LAYER}+zstd` };
  layout.list(layout.image({ layers: [layer] }));
  const { images, mismatches } = await verifyEachWay(layout);
  assert.deepEqual(mismatches, []);
  assert.equal(images[0]?.layers[0]?.diffId, digestOf(ONE.bytes));
});

test('bytes missing from a zstd, or added after it, are reported', NEEDS_ZSTD, async () => {
  const frame = zstdFrame(ONE.bytes);
  for (const bytes of [frame.subarray(0, -1), Buffer.concat([frame, Buffer.from('more')])]) {
    const layout = new TestLayout();
    layout.list(layout.image({ layers: [{ bytes, plain: ONE.bytes, mediaType: `${LAYER}+zstd` }] }));
    assert.match(
      (await verifyEachWay(layout)).mismatches.join('\n'),
      /^.+ was not checked: broken zstd: (?:unexpected end|other bytes).+$/,
    );
  }
});
