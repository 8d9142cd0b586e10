/** Manifests that an index lists and that are not there. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { IMAGE, ONE } from '../support/layout-faults.js';
import { type Fields, MANIFEST, nameOf, type TestDescriptor, TestLayout } from '../support/layout-files.js';
import { anonymous, verifyEachWay } from '../support/verified-layout.js';

const REF = 'org.opencontainers.image.ref.name';
const IS_ATTESTATION = { 'vnd.docker.reference.type': 'attestation-manifest' };

const ARM = absent('arm', { platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } });
const S390 = absent('s390', { platform: { architecture: 's390x', os: 'linux' } });
const NOBODY = absent('nobody', {});
const ATTESTATIONS = ['first', 'second'].map((name) => absent(name, { annotations: IS_ATTESTATION }));

/** What is in the index, the mismatches, and the notes; `INDEX` stands for its name. */
const CASES: readonly (readonly [
  what: string,
  list: (layout: TestLayout) => readonly TestDescriptor[],
  mismatches: readonly string[],
  notes: readonly string[],
])[] = [
  [
    'are no more than a note where an image is whole',
    (layout) => [ARM, ...ATTESTATIONS, layout.image(IMAGE), S390, NOBODY],
    [],
    [`INDEX: not here, as is allowed, and not checked: linux/arm64/v8, linux/s390x, ${NOBODY.digest}, 2 attestations`],
  ],
  [
    'are mismatches where no image is there',
    () => [ARM, S390],
    [`INDEX manifests[0]: the blob ${ARM.digest} is missing`, `INDEX manifests[1]: the blob ${S390.digest} is missing`],
    [],
  ],
  [
    'are mismatches where only an attestation is there',
    (layout) => [ARM, { ...attestation(layout), annotations: IS_ATTESTATION }],
    [`INDEX manifests[0]: the blob ${ARM.digest} is missing`],
    [],
  ],
  [
    'are mismatches where the image that is there lacks a layer',
    (layout) => {
      const image = layout.image(IMAGE);
      layout.files.delete(nameOf(digestOf(ONE.bytes)));
      return [image, ARM];
    },
    [
      `MANIFEST layers[0]: the blob ${digestOf(ONE.bytes)} is missing`,
      `INDEX manifests[1]: the blob ${ARM.digest} is missing`,
    ],
    [],
  ],
  [
    'are mismatches where the image that is there has other bytes than it says',
    (layout) => {
      const image = layout.image({ layers: [{ ...ONE, plain: Buffer.from('other') }] });
      return [image, ARM];
    },
    [
      `MANIFEST layers[0]: ${digestOf(ONE.bytes)} has the diffID ${digestOf(ONE.bytes)}, and the image config says ${digestOf(Buffer.from('other'))}`,
      `INDEX manifests[1]: the blob ${ARM.digest} is missing`,
    ],
    [],
  ],
];

describe('manifests that are not there', () => {
  for (const [what, list, mismatches, notes] of CASES) {
    for (const depth of [1, 3]) {
      it(`${what}, in an index of depth ${depth}`, async () => {
        const layout = new TestLayout();
        const index = layout.index(list(layout));
        let top = index;
        for (let i = 1; i < depth; i++) top = layout.index([top]);
        layout.list({ ...top, annotations: { [REF]: 'v1' } });
        const report = await verifyEachWay(layout);
        const plain = (text: string): string => anonymous(layout, text).replaceAll(nameOf(index.digest), 'INDEX');
        assert.deepEqual(report.mismatches.map(plain), mismatches);
        assert.deepEqual(report.notes.map(plain), notes);
      });
    }
  }

  it('are no more than a note in index.json, but for those that have a name', async () => {
    const layout = new TestLayout();
    layout.list(ARM, layout.image(IMAGE), { ...S390, annotations: { [REF]: 'v1' } });
    const { mismatches, notes } = await verifyEachWay(layout);
    assert.deepEqual(mismatches, [`index.json manifests[2]: the blob ${S390.digest} is missing`]);
    assert.deepEqual(notes, ['index.json: not here, as is allowed, and not checked: linux/arm64/v8']);
  });

  it('of one index do not matter to another', async () => {
    const layout = new TestLayout();
    const other = layout.index([ARM]);
    layout.list(layout.index([layout.image(IMAGE)]), other);
    const { mismatches } = await verifyEachWay(layout);
    assert.deepEqual(mismatches, [`${nameOf(other.digest)} manifests[0]: the blob ${ARM.digest} is missing`]);
  });

  it('an attestation that is there is checked, and is no image', async () => {
    const layout = new TestLayout();
    const index = layout.index([layout.image(IMAGE), { ...attestation(layout), annotations: IS_ATTESTATION }]);
    layout.list({ ...index, annotations: { [REF]: 'v1' } });
    const { ok, images } = await verifyEachWay(layout);
    assert.ok(ok);
    assert.deepEqual(
      images.map(({ names, indexes }) => [names, indexes]),
      [[['v1'], [index.digest]]],
    );
  });
});

function absent(name: string, fields: Fields): TestDescriptor {
  return { mediaType: MANIFEST, digest: digestOf(Buffer.from(name)), size: 7, ...fields };
}

/** As BuildKit makes it. */
function attestation(layout: TestLayout): TestDescriptor {
  const layer = { bytes: Buffer.from('{"_type":"statement"}'), mediaType: 'application/vnd.in-toto+json' };
  return layout.image({ layers: [layer], config: { architecture: 'unknown', os: 'unknown' } });
}
