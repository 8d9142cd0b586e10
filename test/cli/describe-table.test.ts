import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDescription } from '../../src/cli/describe-table.js';
import type { DescribedLayer, Description } from '../../src/describe/schema.js';
import { digestOf } from '../../src/oci/digest.js';

const HASH = '0123456789abcdfghijklmnpqrsvwxyz';

function layerOf(paths: readonly string[], fields: Partial<DescribedLayer> = {}): DescribedLayer {
  return { kind: 'store', name: null, paths: [...paths], entries: 3, size: 10_240, diffId: null, ...fields };
}

function tableOf(...layers: readonly DescribedLayer[]): string[] {
  const description: Description = {
    schemaVersion: 2,
    repoTag: 'app:1',
    architecture: 'amd64',
    os: 'linux',
    created: '1970-01-01T00:00:01+00:00',
    conf: null,
    layers: [...layers],
    entries: 3,
    size: 10_240,
    image: null,
  };
  return formatDescription(description).split('\n');
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

test('a base layer is shown by its name, and an empty layer as empty', () => {
  const table = tableOf(layerOf([], { kind: 'base', name: 'a/layer.tar', entries: null }), layerOf([]));
  assert.match(table[5] ?? '', / – {2}10\.2 kB .+ {2}base: a\/layer\.tar$/);
  assert.match(table[6] ?? '', /no paths$/);
});

test('no line is longer than 100 characters or has a control character, whatever paths there are', () => {
  const diffId = fc.constantFrom(null, { digest: digestOf(Buffer.from('x')), evidence: 'announced' } as const);
  const layer = fc.record({
    kind: fc.constantFrom('base', 'store', 'customisation'),
    name: fc.option(fc.string({ unit: 'binary', maxLength: 150 })),
    paths: fc.array(fc.string({ unit: 'binary', maxLength: 150 })),
    entries: fc.option(fc.nat()),
    size: fc.maxSafeNat(),
    diffId,
  });
  fc.assert(
    fc.property(fc.array(layer), (layers) => {
      const table = tableOf(...layers);
      assert.equal(table.length, layers.length + 8 + (layers.some((item) => item.diffId !== null) ? 1 : 0));
      for (const line of table) {
        assert.ok(line.length <= 100, line);
        assert.doesNotMatch(line, /\p{C}/u);
      }
    }),
  );
});
