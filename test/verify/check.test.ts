/** Archives that are a docker-archive, an OCI layout, or both. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { makeArchive, manifestOf, streamOf } from '../support/archives.js';
import { CONFIG, LAYER, MANIFEST, nameOf, TestLayout } from '../support/layout-files.js';

const ONE = { bytes: Buffer.from('one') };
const REF = 'org.opencontainers.image.ref.name';
const TWO = { bytes: Buffer.from('two') };

test('an archive of neither format is a mismatch', async () => {
  const report = await verifyArchive(streamOf(await makeArchive([{ name: 'a', body: 'b' }])));
  assert.deepEqual(report, {
    ok: false,
    formats: [],
    images: [],
    entries: 1,
    mismatches: ['there is neither the manifest.json of a docker-archive nor the index.json of an OCI layout'],
    unchecked: [],
    notes: [],
  });
});

test('a fault of a document that both formats read is reported once', async () => {
  const layout = new TestLayout();
  const config = layout.blob(CONFIG, {});
  layout.list(layout.blob(MANIFEST, { schemaVersion: 2, config, layers: [] }));
  const members = [...layout.members, manifestOf(nameOf(config.digest), [])];
  const { mismatches } = await verifyArchive(streamOf(await makeArchive(members)));
  assert.deepEqual(mismatches, [`${nameOf(config.digest)} has no rootfs`]);
});

test('an image that both formats list is one image, with the names of both', async () => {
  const { layout, config, layers } = hybrid();
  const members = [...layout.members, manifestOf(config, layers, ['app:1', 'app:2'])];
  const report = await verifyArchive(streamOf(await makeArchive(members)));
  assert.deepEqual([report.formats, report.mismatches, report.notes], [['docker-archive', 'oci-layout'], [], []]);
  assert.deepEqual(
    report.images.map(({ names }) => names),
    [['app:1', 'app:2', 'docker.io/library/app:1']],
  );
});

test('the claims of both formats are checked, and a blob that either reaches is reached', async () => {
  const { layout, config, layers } = hybrid();
  const other = layout.blob(LAYER, Buffer.from('three'));
  layout.list({ mediaType: MANIFEST, digest: digestOf(Buffer.from('none')), size: 0, annotations: { [REF]: 'v1' } });
  const members = [...layout.members, manifestOf(config, [String(layers[0]), nameOf(other.digest)])];
  const report = await verifyArchive(streamOf(await makeArchive(members)));
  assert.deepEqual(report.mismatches, [
    `the layer ${nameOf(other.digest)} has the diffID ${other.digest}, and the image config says ${digestOf(TWO.bytes)}`,
    `index.json manifests[0]: the blob ${digestOf(Buffer.from('none'))} is missing`,
  ]);
  assert.equal(report.notes.length, 2);
});

test('names may have ./ before them', async () => {
  const { layout } = hybrid();
  const members = layout.members.map((member) => ({ ...member, name: `./${member.name}` }));
  const report = await verifyArchive(streamOf(await makeArchive(members)));
  assert.deepEqual([report.images.length, report.mismatches, report.notes], [1, [], []]);
});

/** A layout with what a `manifest.json` for it would name. */
function hybrid(): { layout: TestLayout; config: string; layers: string[] } {
  const layout = new TestLayout();
  const image = layout.image({ layers: [ONE, TWO] });
  layout.list({ ...image, annotations: { 'io.containerd.image.name': 'docker.io/library/app:1' } });
  const manifest: { config: { digest: string } } = JSON.parse(String(layout.files.get(nameOf(image.digest))));
  const layers = [ONE, TWO].map(({ bytes }) => nameOf(digestOf(bytes)));
  return { layout, config: nameOf(manifest.config.digest), layers };
}
