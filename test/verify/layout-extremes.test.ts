/** Layouts that were made to take much time or memory, and archives that are two things at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { makeArchive, manifestOf, streamOf } from '../support/archives.js';
import { CONFIG, INDEX, LAYER, MANIFEST, nameOf, TestLayout } from '../support/layout-files.js';
import { verifyEachWay } from '../support/verified-layout.js';

const ONE = { bytes: Buffer.from('one') };
const TWO = { bytes: Buffer.from('two') };

test('an index may be nested as deep as it likes', async () => {
  const layout = new TestLayout();
  let descriptor = layout.image({ layers: [ONE] });
  for (let depth = 0; depth < 20_000; depth++) descriptor = layout.index([descriptor]);
  layout.list(descriptor);
  const { images, mismatches } = await verifyArchive(streamOf(await layout.archive()));
  assert.deepEqual(mismatches, []);
  assert.equal(images.length, 1);
});

test('an index that lists others twice, and those others, is not gone through again and again', async () => {
  const layout = new TestLayout();
  let descriptor = layout.image({ layers: [ONE] });
  // 2^60 ways lead to the image.
  for (let depth = 0; depth < 60; depth++) descriptor = layout.index([descriptor, descriptor]);
  layout.list(descriptor);
  const { images, mismatches } = await verifyEachWay(layout);
  assert.deepEqual(mismatches, []);
  assert.equal(images.length, 1);
});

test('an index that lists itself, under a false name, has an end', async () => {
  const layout = new TestLayout();
  const digest = digestOf(Buffer.from('other'));
  const self = { mediaType: INDEX, digest, size: 0 };
  const bytes = JSON.stringify({ schemaVersion: 2, manifests: [{ ...self, size: 192 }] });
  layout.put(nameOf(digest), bytes).list({ ...self, size: 192 });
  const actual = digestOf(Buffer.from(bytes));
  const told = (await verifyEachWay(layout)).mismatches;
  assert.equal(told[0], `${nameOf(digest)} has the digest ${actual}`);
  assert.ok(told.length <= 3);
});

test('one description may be there many times, each of them held against the blob', async () => {
  const layout = new TestLayout();
  const image = layout.image({ layers: [ONE] });
  layout.list(...Array.from({ length: 10_000 }, () => image), { ...image, size: 0 });
  const { images, mismatches } = await verifyEachWay(layout);
  assert.equal(images.length, 1);
  assert.deepEqual(mismatches, [
    `index.json manifests[10000] says that ${image.digest} has 0 bytes, and it has ${image.size}`,
  ]);
});

test('many manifests of one large config do not read it many times', async () => {
  const layout = new TestLayout();
  const config = layout.blob(CONFIG, {
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: { large: 'x'.repeat(7_000_000) } },
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const manifests = Array.from({ length: 3000 }, (_, i) =>
    layout.blob(MANIFEST, { schemaVersion: 2, config, layers: [], annotations: { i: String(i) } }),
  );
  layout.list(...manifests);
  assert.deepEqual((await verifyArchive(streamOf(await layout.archive()))).mismatches, []);
});

test('a document larger than documents are is told, and so are too many of them', async () => {
  const large = new TestLayout();
  large.list(large.blob(MANIFEST, Buffer.concat([Buffer.from('{'), Buffer.alloc(8 * 1024 * 1024, ' ')])));
  const [told] = (await verifyEachWay(large)).mismatches;
  assert.match(String(told), /^blobs\/sha256\/[\da-f]{64} is too large for a document: 8388609 bytes$/);

  const many = new TestLayout();
  const bodies = Array.from({ length: 9 }, (_, i) => Buffer.from(`{"i":${i}}${' '.repeat(7_900_000)}`));
  many.list(...bodies.map((body) => many.blob(MANIFEST, body)));
  const { mismatches } = await verifyArchive(streamOf(await many.archive()));
  assert.equal(mismatches.filter((mismatch) => /all documents together are too large/.test(mismatch)).length, 1);
  assert.equal(mismatches.filter((mismatch) => /has no schemaVersion of 2/.test(mismatch)).length, 8);
});

test('layers that begin like documents leave room for those', async () => {
  const layout = new TestLayout();
  const layers = Array.from({ length: 10 }, (_, i) => ({ bytes: Buffer.alloc(8.5 * 1024 * 1024, `[${i}`) }));
  layout.list(layout.image({ layers, manifest: { annotations: { large: 'x'.repeat(1_000_000) } } }));
  assert.deepEqual((await verifyArchive(streamOf(await layout.archive()))).mismatches, []);
});

test('what is wrong with a document that both read is told once', async () => {
  const layout = new TestLayout();
  const config = layout.blob(CONFIG, {});
  layout.list(layout.blob(MANIFEST, { schemaVersion: 2, config, layers: [] }));
  const members = [...layout.members, manifestOf(nameOf(config.digest), [])];
  const { mismatches } = await verifyArchive(streamOf(await makeArchive(members)));
  assert.deepEqual(mismatches, [`${nameOf(config.digest)} has no rootfs`]);
});

test('an archive that is a docker-archive too has one image, with the names of both', async () => {
  const { layout, config, layers } = hybrid();
  const members = [...layout.members, manifestOf(config, layers, ['app:1', 'app:2'])];
  const report = await verifyArchive(streamOf(await makeArchive(members)));
  assert.deepEqual([report.formats, report.mismatches, report.notes], [['docker-archive', 'oci-layout'], [], []]);
  assert.deepEqual(
    report.images.map(({ repoTags }) => repoTags),
    [['app:1', 'app:2', 'docker.io/library/app:1']],
  );
});

test('of an archive that is both the claims of both are checked, and what either reaches is reached', async () => {
  const { layout, config, layers } = hybrid();
  const other = layout.blob(LAYER, Buffer.from('three'));
  layout.list({ mediaType: MANIFEST, digest: digestOf(Buffer.from('none')), size: 0 });
  const members = [...layout.members, manifestOf(config, [String(layers[0]), nameOf(other.digest)])];
  const report = await verifyArchive(streamOf(await makeArchive(members)));
  assert.deepEqual(report.mismatches, [
    `the layer ${nameOf(other.digest)} has the diffID ${other.digest}, and the image config says ${digestOf(TWO.bytes)}`,
    `index.json manifests[0]: the blob ${digestOf(Buffer.from('none'))} is missing`,
  ]);
  assert.equal(report.notes.length, 2);
});

test('blobs in an archive may be hard links to what has their digest, and no other links', async () => {
  const { layout } = hybrid();
  const name = nameOf(digestOf(ONE.bytes));
  const others = layout.members.filter((member) => member.name !== name);
  const verify = async (type: 'link' | 'symlink', linkname: string, body: string) => {
    const members = [{ name: 'data', body }, ...others, { name, type, linkname }];
    return (await verifyArchive(streamOf(await makeArchive(members)))).mismatches;
  };
  assert.deepEqual(await verify('symlink', '../../data', 'one'), [`${name} is a symbolic link, which is not followed`]);
  const [told] = await verify('link', nameOf(digestOf(TWO.bytes)), '');
  assert.equal(told, `${name} has the digest ${digestOf(TWO.bytes)}`);
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
