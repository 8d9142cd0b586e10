import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatLine } from '../../../src/cli/progress/line.js';

const TEXTS = { label: 'written', amount: '1.98 GB', rate: '640 MB/s', left: '2 min 05 s left' };

function lineOf(columns: number, texts = TEXTS): string {
  return formatLine(columns, { texts, done: 0.316, bar: (size) => '█'.repeat(size) });
}

describe('a line of progress', () => {
  it('has all texts on a wide terminal', () => {
    assert.equal(lineOf(120), `written ${'█'.repeat(40)}  31%          1.98 GB   640 MB/s  2 min 05 s left`);
  });

  it('has fewer texts on a narrow terminal, and always fits', () => {
    assert.equal(lineOf(80), `written ${'█'.repeat(20)}  31%          1.98 GB   640 MB/s  2 min 05 s left`);
    assert.equal(lineOf(60), `written ${'█'.repeat(17)}  31%   640 MB/s  2 min 05 s left`);
    assert.equal(lineOf(40), `written ${'█'.repeat(8)}  31%  2 min 05 s left`);
    assert.equal(lineOf(30), `written ${'█'.repeat(16)}  31%`);
    assert.equal(lineOf(20), `written ${'█'.repeat(6)}  31%`);
    assert.equal(lineOf(8), 'written');
  });

  it('leaves no gap for an empty text', () => {
    const texts = { label: 'scanned', amount: '', rate: '', left: '12 of 101 layers' };
    assert.equal(lineOf(40, texts), `scanned ${'█'.repeat(8)}  31%  12 of 101 layers`);
  });

  it('is shorter than the terminal, whatever its texts', () => {
    const texts = fc.record({ label: fc.string(), amount: fc.string(), rate: fc.string(), left: fc.string() });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        texts,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (columns, t, done) => {
          assert.ok(formatLine(columns, { texts: t, done, bar: (size) => '█'.repeat(size) }).length < columns);
        },
      ),
    );
  });
});
