import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatReport } from '../../src/cli/verify-table.js';
import { digestOf } from '../../src/oci/digest.js';
import type { VerifiedImage, VerifiedLayer, VerifyReport } from '../../src/verify/report.js';

const [A, B] = [digestOf(Buffer.from('a')), digestOf(Buffer.from('b'))];
const PLAIN: VerifiedLayer = {
  name: 'layer.tar',
  digest: A,
  diffId: A,
  size: 1_234_000,
  compressedSize: 1_234_000,
  mediaType: undefined,
};
const PACKED: VerifiedLayer = { ...PLAIN, diffId: B, size: 98_765_432 };
const IMAGE: VerifiedImage = {
  names: ['app:1.2', 'app:latest'],
  imageId: A,
  manifest: undefined,
  indexes: [],
  platform: 'linux/amd64',
  layers: [PLAIN],
};

function linesOf(images: readonly VerifiedImage[], layers?: boolean): string[] {
  const report: VerifyReport = {
    ok: true,
    formats: ['oci-layout'],
    images,
    entries: 1,
    mismatches: [],
    unchecked: [],
    notes: [],
  };
  return formatReport(report, { name: 'image', layers }).split('\n');
}

test('an image whose layers are plain has a table of sizes and diffIDs', () => {
  assert.deepEqual(linesOf([IMAGE]), [
    'image: OCI image layout',
    '',
    'app:1.2 app:latest  linux/amd64  1 layer, 1.23 MB',
    `image ID  ${A}`,
    '',
    'layer     size  diffID',
    '    1  1.23 MB  ca978112ca1b',
    '',
    '',
  ]);
});

test('compressed layers have both sizes and both digests, and what is not known is a dash', () => {
  const missing = { name: 'gone', digest: undefined, diffId: undefined, size: undefined, compressedSize: undefined };
  const unread = { ...PLAIN, diffId: undefined, size: undefined };
  const image = {
    ...IMAGE,
    names: [],
    imageId: undefined,
    manifest: B,
    indexes: [A],
    layers: [PACKED, unread, { ...missing, mediaType: undefined }],
  };
  assert.deepEqual(linesOf([image]).slice(2), [
    'untagged  linux/amd64  3 layers, 100 MB, 2.47 MB compressed',
    'image ID  –',
    `manifest  ${B}`,
    `index     ${A}`,
    '',
    'layer     size  compressed  diffID        digest',
    '    1  98.8 MB     1.23 MB  3e23e8160039  ca978112ca1b',
    '    2        –     1.23 MB  –             ca978112ca1b',
    '    3        –           –  –             –',
    '',
    '',
  ]);
});

test('of several images the layers are shown only if they are asked for', () => {
  const header = (lines: readonly string[]) => lines.filter((line) => line.startsWith('layer ')).length;
  assert.equal(header(linesOf([IMAGE, IMAGE])), 0);
  assert.equal(header(linesOf([IMAGE, IMAGE], true)), 2);
});

test('control characters in names become escapes, and nothing is printed of what is of no format', () => {
  assert.ok(linesOf([{ ...IMAGE, names: ['a\u009b1mb'] }])[2]?.startsWith('a\\u{9b}1mb  '));
  const none = { ok: false, formats: [], images: [], entries: 0, mismatches: ['x'], unchecked: [], notes: [] };
  assert.equal(formatReport(none, { name: 'a' }), '');
});
