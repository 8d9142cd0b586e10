import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDescription } from '../../src/cli/describe-table.js';
import type { DescribedLayer, Description } from '../../src/describe/schema.js';
import { digestOf } from '../../src/oci/digest.js';

const DIGEST = digestOf(Buffer.from('x'));
const HASH = '0123456789abcdfghijklmnpqrsvwxyz';

function layerOf(paths: readonly string[], fields: Partial<DescribedLayer> = {}): DescribedLayer {
  return { kind: 'store', name: null, paths: [...paths], entries: 3, size: 10_240, diffId: null, ...fields };
}

function describe(layers: readonly DescribedLayer[], fields: Partial<Description> = {}): Description {
  return {
    schemaVersion: 3,
    repoTags: ['app:1'],
    architecture: 'amd64',
    os: 'linux',
    created: '1970-01-01T00:00:01+00:00',
    conf: null,
    layers: [...layers],
    entries: 3,
    size: 10_240,
    image: null,
    ...fields,
  };
}

function tableOf(...layers: readonly DescribedLayer[]): string[] {
  return formatDescription(describe(layers)).split('\n');
}

test('store paths are named without directory and hash, as many as there is room for', () => {
  const paths = Array.from({ length: 1200 }, (_, i) => `/nix/store/${HASH}-package-${i}`);
  const [, , , , , row] = tableOf(layerOf(paths));
  assert.equal(row, '    1        3  10.2 kB  –       package-0, package-1, package-2, package-3, and 1,196 more');
});

test('a long path is cut', () => {
  const [, , , , , row = ''] = tableOf(layerOf([`/nix/store/${HASH}-${'x'.repeat(100)}`]));
  assert.equal(row.length, 100);
  assert.match(row, /xxx…$/);
});

test('the largest paths of a layer come first', () => {
  const paths = ['small', 'large', 'middle'].map((name) => `/nix/store/${HASH}-${name}`);
  const [, , , , , row = ''] = tableOf(layerOf(paths, { pathSizes: [1, 3, 2] }));
  assert.match(row, / {2}large, middle, small$/);
});

test('base layers are called by the base image, and an empty layer is empty', () => {
  const base = layerOf([], { kind: 'base', name: 'a/layer.tar', entries: null });
  const conf = { fromImage: `/nix/store/${HASH}-debian.tar` } as NonNullable<Description['conf']>;
  const table = formatDescription(describe([base, base, layerOf([])], { conf })).split('\n');
  assert.match(table[5] ?? '', / – {2}10\.2 kB .+ {2}layer 1 of 2 of base image debian\.tar$/);
  assert.match(table[7] ?? '', /no paths$/);
  assert.match(tableOf(base)[5] ?? '', / {2}base image$/);
});

test('announced diffIDs look like others, and are listed below', () => {
  const diffId = (evidence: 'hashed' | 'announced') => ({ digest: DIGEST, evidence });
  const layers = (['announced', 'announced', 'hashed', 'announced'] as const).map((evidence) =>
    layerOf([], { diffId: diffId(evidence) }),
  );
  const table = tableOf(...layers);
  for (const row of table.slice(5, 9)) assert.match(row, / {2}[\da-f]{12} {2}no paths$/);
  assert.ok(table.includes('The diffIDs of layers 1–2, 4 are only announced: a build compares them with the bytes.'));
});

test('an unknown OCI manifest comes with what would make it known', () => {
  const document = { digest: DIGEST, size: 1, text: '' };
  const image = { id: DIGEST, config: document, dockerManifest: document, ociManifest: null };
  const text = formatDescription(describe([layerOf([])], { image }));
  assert.match(text, /The OCI manifest is not known yet: the base image is compressed. A build with `layerstream oci`/);
});

test('on a narrow terminal a digest has a line of its own, and fewer columns are left', () => {
  const document = { digest: DIGEST, size: 1, text: '' };
  const image = { id: DIGEST, config: document, dockerManifest: document, ociManifest: document };
  const linesAt = (columns: number) => formatDescription(describe([layerOf([])], { image }), columns).split('\n');
  assert.ok(linesAt(60).includes(DIGEST) && !linesAt(100).includes(DIGEST));
  assert.match(linesAt(60)[4] ?? '', /entries/);
  assert.equal(linesAt(59)[4], 'layer     size  diffID  made of');
  assert.equal(linesAt(49)[4], 'layer     size  made of');
  const paths = ['a', 'bb'].map((name) => `/nix/store/${HASH}-${name.repeat(20)}`);
  const row = formatDescription(describe([layerOf(paths, { pathSizes: [1, 2] })]), 40).split('\n')[5];
  assert.equal(row, `    1  10.2 kB  ${'b'.repeat(20)}… +1`);
});

test('no line is longer than the terminal or has a control character, whatever paths there are', () => {
  const diffId = fc.constantFrom(null, { digest: DIGEST, evidence: 'announced' } as const);
  const layer = fc.record({
    kind: fc.constantFrom('base', 'store', 'customisation'),
    name: fc.option(fc.string({ unit: 'binary', maxLength: 150 })),
    paths: fc.array(fc.string({ unit: 'binary', maxLength: 150 })),
    entries: fc.option(fc.nat()),
    size: fc.maxSafeNat(),
    diffId,
  });
  fc.assert(
    fc.property(fc.array(layer), fc.integer({ min: 50, max: 200 }), (layers, columns) => {
      const table = formatDescription(describe(layers), columns).split('\n');
      assert.ok(table.length >= layers.length + 8);
      for (const line of table) {
        assert.ok(line.length <= Math.min(100, columns), line);
        assert.doesNotMatch(line, /\p{C}/u);
      }
    }),
  );
});
