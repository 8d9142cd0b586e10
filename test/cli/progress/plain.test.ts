import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { PlainReporter } from '../../../src/cli/progress/plain.js';
import type { Places } from '../../../src/cli/progress/summary.js';
import type { BuildEvent } from '../../../src/events/events.js';
import { digestOf } from '../../../src/oci/digest.js';
import type { LayerOrigin } from '../../../src/scan/spec.js';
import { SUMMARY } from '../../support/build-events.js';
import { stderrOf } from '../../support/stderr.js';

const HASH = '0123456789abcdfghijklmnpqrsvwxyz';
const DIFF_ID = digestOf(Buffer.from('layer'));
const SHORT = DIFF_ID.slice('sha256:'.length).slice(0, 12);

interface TestLayer {
  readonly size: number;
  readonly names: readonly string[];
  readonly isKnown?: boolean;
}

/** Events of a build of layers of store paths, of which the last is the largest. */
function* eventsOf(
  layers: readonly TestLayer[],
  written: (layer: TestLayer, i: number) => BuildEvent[],
): Generator<BuildEvent> {
  const origins = layers.map(({ names }): LayerOrigin => (names.length === 0 ? 'customisation' : 'store'));
  const counts = { layers: layers.length, toScan: layers.length, pathsToScan: 1, workers: 1 };
  yield { type: 'started', origins, ...counts, singlePass: false };
  for (const [layer, { size, names }] of layers.entries()) {
    if (names.length === 0) continue;
    const paths = names.map((name) => `/nix/store/${HASH}-${name}`);
    const pathSizes = names.map((_, i) => i + 1);
    yield { type: 'layer-scanned', layer, paths, pathSizes, entries: 1, size, files: () => [] };
  }
  yield {
    type: 'planned',
    toHash: 0,
    toWrite: 0,
    entries: 1,
    layers: layers.map(({ size, isKnown = false }) => ({ size, entries: 1, isHashed: !isKnown })),
  };
  yield* layers.flatMap(written);
}

function streamed(layers: readonly TestLayer[]): Iterable<BuildEvent> {
  return eventsOf(layers, ({ size, isKnown = false }, layer) => [
    { type: 'layer-written', layer, diffId: DIFF_ID, size, isKnown },
  ]);
}

/** What is written before the summary. */
function linesOf(t: TestContext, events: Iterable<BuildEvent>, places: Places = { archive: 'image.tar' }): string[] {
  const reporter = new PlainReporter(places);
  const text = stderrOf(t, () => {
    for (const event of events) reporter.onEvent(event);
    reporter.finish(SUMMARY);
  });
  const lines = text.split('\n');
  return lines.slice(
    0,
    lines.findIndex((line) => line.includes('→')),
  );
}

describe('plain progress', () => {
  it('has an aligned line for each new layer, called by its largest path, and counts known ones', (t) => {
    const layers = [
      { size: 9_000_000, names: ['known'], isKnown: true },
      { size: 219_000_000, names: ['small', 'tk-8.6'] },
      { size: 512, names: [] },
      ...Array.from({ length: 7 }, () => ({ size: 1_000_000, names: ['old'], isKnown: true })),
    ];
    assert.deepEqual(linesOf(t, streamed(layers)), [
      '8 of 10 layers known from earlier builds (16.0 MB)',
      ` 2/10   219 MB  ${SHORT}  new  tk-8.6 and 1 more`,
      ` 3/10    512 B  ${SHORT}  new  customisation layer`,
    ]);
  });

  it('has few lines for many new layers: the largest, and a count of the others', (t) => {
    const layers = Array.from({ length: 100 }, (_, i) => ({ size: 1000 * (i + 1), names: [`p-${i}`] }));
    const lines = linesOf(t, streamed(layers));
    assert.equal(lines.length, 26);
    assert.match(lines[0] ?? '', / {2}p-75$/);
    assert.equal(lines.at(-1), 'and 75 smaller layers (2.85 MB)');
  });

  it('has nothing but a count if all is known', (t) => {
    const layers = [1, 2].map((size) => ({ size, names: ['a'], isKnown: true }));
    assert.deepEqual(linesOf(t, streamed(layers)), ['2 of 2 layers known from earlier builds (3 B)']);
  });

  it('for a layout shows compressed sizes, and no line for what was there', (t) => {
    const layers = [
      { size: 40_000, names: ['a'] },
      { size: 50_000, names: ['b'], isKnown: true },
    ];
    const stored = eventsOf(layers, ({ isKnown }, layer) => [
      {
        type: 'layer-stored',
        layer,
        diffId: DIFF_ID,
        digest: DIFF_ID,
        size: 999,
        compression: 'gzip',
        outcome: isKnown ? 'reused' : 'written',
      },
    ]);
    assert.deepEqual(linesOf(t, stored, { layout: 'images' }), [
      '1 of 2 layers reused (50.0 kB)',
      `1/2  40.0 kB    999 B gzip  ${SHORT}  new  a`,
    ]);
  });

  it('finds room in the end for small layers that are new, where the large ones were there', (t) => {
    const layers = Array.from({ length: 40 }, (_, i) => ({ size: 1000 * (40 - i), names: [`p-${i}`] }));
    const events = eventsOf(layers, ({ size }, layer) => [
      {
        type: 'layer-stored',
        layer,
        diffId: DIFF_ID,
        digest: DIFF_ID,
        size,
        compression: 'none',
        outcome: layer < 38 ? 'reused' : 'written',
      },
    ]);
    const lines = linesOf(t, events, { archive: 'image.tar', layout: 'images' });
    assert.deepEqual(
      lines.map((line) => line.replace(/^.* {2}/, '')),
      ['p-38', 'p-39'],
    );
  });
});
