/** Layouts made to take much time or memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { streamOf } from '../support/archives.js';
import { CONFIG, INDEX, MANIFEST, nameOf, TestLayout } from '../support/layout-files.js';
import { verifyEachWay } from '../support/verified-layout.js';

const ONE = { bytes: Buffer.from('one') };

test('indexes may be nested to any depth', async () => {
  const layout = new TestLayout();
  let descriptor = layout.image({ layers: [ONE] });
  for (let depth = 0; depth < 20_000; depth++) descriptor = layout.index([descriptor]);
  layout.list(descriptor);
  const { images, mismatches } = await verifyArchive(streamOf(await layout.archive()));
  assert.deepEqual(mismatches, []);
  assert.equal(images.length, 1);
});

test('an index to which many ways lead is visited once', async () => {
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
  const mismatches = (await verifyEachWay(layout)).mismatches;
  assert.equal(mismatches[0], `${nameOf(digest)} has the digest ${actual}`);
  assert.ok(mismatches.length <= 3);
});

test('a descriptor may be there many times, and each is compared with the blob', async () => {
  const layout = new TestLayout();
  const image = layout.image({ layers: [ONE] });
  layout.list(...Array.from({ length: 10_000 }, () => image), { ...image, size: 0 });
  const { images, mismatches } = await verifyEachWay(layout);
  assert.equal(images.length, 1);
  assert.deepEqual(mismatches, [
    `index.json manifests[10000] says that ${image.digest} has 0 bytes, and it has ${image.size}`,
  ]);
});

test('a large config of many manifests is read once', async () => {
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
