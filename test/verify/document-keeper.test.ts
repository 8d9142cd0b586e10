import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, hexOf } from '../../src/oci/digest.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { dockerMembers, makeArchive, manifestOf, streamOf } from '../support/archives.js';
import { MANIFEST, TestLayout } from '../support/layout-files.js';
import { verifyEachWay } from '../support/verified-layout.js';

test('a document that is too large is a mismatch, and too many of them are not checked', async () => {
  const large = new TestLayout();
  large.list(large.blob(MANIFEST, Buffer.concat([Buffer.from('{'), Buffer.alloc(8 * 1024 * 1024, ' ')])));
  const [mismatch] = (await verifyEachWay(large)).mismatches;
  assert.match(String(mismatch), /^blobs\/sha256\/[\da-f]{64} is too large for a document: 8388609 bytes$/);

  const many = new TestLayout();
  const bodies = Array.from({ length: 9 }, (_, i) => Buffer.from(`{"i":${i}}${' '.repeat(7_900_000)}`));
  many.list(...bodies.map((body) => many.blob(MANIFEST, body)));
  const { mismatches, unchecked } = await verifyArchive(streamOf(await many.archive()));
  assert.deepEqual(unchecked, ['1 document not checked (all documents together are too large)']);
  assert.equal(mismatches.filter((mismatch) => /has no schemaVersion of 2/.test(mismatch)).length, 8);
});

test('layers that begin like documents leave room for documents', async () => {
  const layout = new TestLayout();
  const layers = Array.from({ length: 10 }, (_, i) => ({ bytes: Buffer.alloc(8.5 * 1024 * 1024, `[${i}`) }));
  layout.list(layout.image({ layers, manifest: { annotations: { large: 'x'.repeat(1_000_000) } } }));
  assert.deepEqual((await verifyArchive(streamOf(await layout.archive()))).mismatches, []);
});

test('many small layers that may be documents leave room for documents', async () => {
  const bodies = Array.from({ length: 12 }, (_, i) => Buffer.alloc(6 * 1024 * 1024, `layer ${i} `));
  const blobs = bodies.map((body) => ({ name: `blobs/sha256/${hexOf(digestOf(body))}`, body }));
  const { config } = dockerMembers({ layers: bodies });
  const blob = { ...config, name: `blobs/sha256/${config.name.slice(0, 64)}` };
  const members = [
    ...blobs,
    blob,
    manifestOf(
      blob.name,
      blobs.map(({ name }) => name),
    ),
  ];
  assert.deepEqual((await verifyArchive(streamOf(await makeArchive(members)))).mismatches, []);
});
