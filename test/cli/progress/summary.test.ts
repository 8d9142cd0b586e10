import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LayoutSummary } from '../../../src/api/options.js';
import { formatSummary } from '../../../src/cli/progress/summary.js';
import { digestOf } from '../../../src/oci/digest.js';
import { layerMediaType } from '../../../src/oci/media-types.js';
import { platformOf } from '../../../src/oci/platform.js';
import { SUMMARY } from '../../support/build-events.js';

const MANIFEST = { mediaType: '', digest: digestOf(Buffer.from('manifest')), size: 1 };

function linesOf(...args: Parameters<typeof formatSummary>): string[] {
  return formatSummary(...args).split('\n');
}

function layersAre(isKnown: boolean): typeof SUMMARY {
  return { ...SUMMARY, layers: SUMMARY.layers.map((layer) => ({ ...layer, isKnown })) };
}

/** Each blob has a tenth of its layer's bytes. */
function layoutSummary(
  compression: 'none' | 'gzip',
  outcomes: readonly LayoutSummary['layers'][number]['outcome'][],
): LayoutSummary {
  const layers = SUMMARY.layers.map((layer, i) => ({
    ...layer,
    outcome: outcomes[i] ?? 'written',
    descriptor: { mediaType: layerMediaType(compression), digest: layer.diffId, size: layer.size / 10 },
  }));
  return { ...SUMMARY, names: ['app:1', 'app:latest'], manifest: MANIFEST, targets: [MANIFEST, MANIFEST], layers };
}

test('the summary of an archive says where it went, what it is, what is new, and how fast it was written', () => {
  assert.deepEqual(linesOf(SUMMARY, { archive: 'image.tar' }), [
    'app:1 → image.tar',
    `image ID  ${SUMMARY.imageId}`,
    '2 layers, 100 MB: 1 new (60.0 MB), 1 known from earlier builds',
    '2.00 s, 50 MB/s, peak memory 80.0 MB',
    '',
  ]);
});

test('the summary of an archive that was compressed has its size', () => {
  const compressed = { ...SUMMARY, compressedSize: 30_000_000 };
  assert.equal(linesOf(compressed, { archive: 'image.tar.gz' })[0], 'app:1 → image.tar.gz (30.0 MB compressed)');
});

test('the summary of a layout has all names, the digest to pin, compressed bytes, and no rate', () => {
  assert.deepEqual(linesOf(layoutSummary('gzip', ['reused', 'written']), { layout: 'images' }), [
    'app:1, app:latest → images',
    `image ID  ${SUMMARY.imageId}`,
    `manifest  ${MANIFEST.digest}`,
    '2 layers, 100 MB (10.0 MB gzip): 1 new (6.00 MB), 1 reused',
    '2.00 s, peak memory 80.0 MB',
    '',
  ]);
});

test('the summary of an image in an index has its platform, and the digest of each index', () => {
  const alone = layoutSummary('none', []);
  const index = { ...MANIFEST, digest: digestOf(Buffer.from('index')) };
  const summary = {
    ...alone,
    manifest: { ...MANIFEST, platform: platformOf({ architecture: 'arm64' }) },
    targets: [index, MANIFEST],
  };
  assert.deepEqual(linesOf(summary, { layout: 'images' }).slice(2, 4), [
    `manifest  ${MANIFEST.digest}  linux/arm64/v8`,
    `index     ${index.digest}`,
  ]);
});

test('a summary says if all layers are new, or none', () => {
  const archive = (summary: typeof SUMMARY) => linesOf(summary, { archive: 'image.tar' })[2];
  assert.equal(archive(layersAre(true)), '2 layers, 100 MB: all known from earlier builds');
  assert.equal(archive(layersAre(false)), '2 layers, 100 MB: all new');
  const layout = (...outcomes: ('written' | 'reused')[]) =>
    linesOf(layoutSummary('none', outcomes), { layout: 'images' })[3];
  assert.equal(layout('reused', 'reused'), '2 layers, 100 MB: all reused');
  assert.equal(layout('written', 'written'), '2 layers, 100 MB: all new');
});

test('an image of one layer has no "all"', () => {
  const one = { ...SUMMARY, layers: SUMMARY.layers.slice(0, 1) };
  assert.equal(linesOf(one, { archive: 'image.tar' })[2], '1 layer, 100 MB: known from earlier builds');
});

test('the summary of both names both places', () => {
  const [first] = linesOf(layoutSummary('none', []), { archive: 'standard output', layout: 'images' });
  assert.equal(first, 'app:1, app:latest → standard output and images');
});
