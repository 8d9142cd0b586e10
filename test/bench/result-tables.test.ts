import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillResults } from '../../bench/result-tables.js';
import type { Results } from '../../bench/results.js';
import { closureResult, measurement, results } from '../support/bench-results.js';

const measured = results([
  closureResult({
    name: 'shop',
    archiveBytes: 5e9,
    measurements: [
      measurement('cat of the archive', 'cat', { seconds: 2 }),
      measurement('layerstream', 'ours', { seconds: 3, peakMemory: 140e6 }),
      measurement('layerstream', 'ours', { seconds: 2.5, sink: 'null' }),
      measurement('reference script', 'reference', { seconds: 60 }),
      measurement('walk alone', 'floor', { seconds: 0.5, sink: 'none' }),
      measurement('walk alone', 'floor', { subject: 'second', sink: 'none', seconds: 1 }),
      measurement('layerstream oci, again', 'ours', {
        subject: 'second',
        sink: 'layout',
        beside: ['walk alone'],
        seconds: 1.25,
        peakMemory: 90e6,
      }),
    ],
    passes: {
      streamRate: 1e9,
      mainThreadSecondsPerGb: 0.08,
      scaling: [
        { workers: 1, seconds: { min: 4, median: 4 } },
        { workers: 2, seconds: { min: 2, median: 2.1 } },
      ],
      model: [],
    },
  }),
]);

describe('a part of a document', () => {
  it('is a sentence for the README', () => {
    assert.equal(
      fill('sentence'),
      'An image of 5.00 GB in 101 layers takes 3.00 s through a pipe, on 2 cores. ' +
        "nixpkgs' Python script takes 60.00 s, and `cat` of the finished archive 2.00 s.",
    );
  });

  it('says what was measured, and on what', () => {
    const image = '5.00 GB in 101 layers, the largest 0 % of it, 1,000 entries';
    assert.deepEqual(rows('closures'), [
      `| \`shop\` | ${image} | A & B <fast>, 2 cores, Node.js 20.19.0 | 2024-05-06 |`,
    ]);
  });

  it('has a column for each sink of streams', () => {
    assert.deepEqual(rows('streams'), [
      '| cat of the archive | 2.00 s | – |',
      '| layerstream | 3.00 s | 2.50 s |',
      '| reference script | 60.00 s | – |',
    ]);
  });

  it('shows passes by themselves', () => {
    assert.deepEqual(rows('passes'), ['| `shop` | 4.00 s | 2.10 s with 2 | 140 MB | 0.080 s |']);
  });

  it('shows what others are measured by', () => {
    assert.deepEqual(rows('beside'), [
      '| `shop` | layerstream oci, again | 1.25 s | walk alone 1.00 s (1.25 ×) | 90.0 MB |',
    ]);
  });

  it('has a row for each closure', () => {
    assert.deepEqual(rows('overview'), ['| `shop` | 2.00 s | 3.00 s | – | – | – | 0.500 s |']);
  });

  it('takes the place of the one before, and leaves the rest', () => {
    const filled = fillResults(document('sentence'), read);
    assert.equal(fillResults(filled.replace('3.00 s', '9.99 s'), read), filled);
    assert.ok(filled.startsWith('before\n') && filled.endsWith('\nafter'));
  });

  it('must be of a kind that there is', () => {
    assert.throws(() => fill('poem'), /poem/);
  });
});

function document(kind: string): string {
  return `before\n<!-- results: ${kind} shop.json -->\n<!-- end of results -->\nafter`;
}

function fill(kind: string): string {
  return fillResults(document(kind), read).split('\n').slice(2, -2).join('\n');
}

/** Without the head of the table. */
function rows(kind: string): string[] {
  return fill(kind).split('\n').slice(2);
}

function read(file: string): Results {
  assert.equal(file, 'shop.json');
  return measured;
}
