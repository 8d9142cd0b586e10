/** Each claim of an image's layers that may not hold. */
import { digestOf } from '../../src/oci/digest.js';
import { IMAGE, ONE, PACKED, testFaults } from '../support/layout-faults.js';
import { LAYER, nameOf, rootfs } from '../support/layout-files.js';

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
    'a layer with other bytes behind its end',
    (layout) =>
      layout.list(layout.image({ layers: [{ ...PACKED, bytes: Buffer.concat([PACKED.bytes, Buffer.from('more')]) }] })),
    [
      `MANIFEST layers[0]: the diffID of ${digestOf(Buffer.concat([PACKED.bytes, Buffer.from('more')]))} was not checked: broken gzip: incorrect header check`,
    ],
  ],
]);
