/** The time left, of recorded builds and of simulated ones that keep one pace. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { workOf } from '../../../src/cli/progress/pace.js';
import { TimeLeft } from '../../../src/cli/progress/time-left.js';
import { estimates, placeLayers, RECORDED, readSeries, shareRight, simulate } from '../../support/progress-series.js';

const MB = 1e6;
const EVEN = Array.from({ length: 50 }, () => 100 * MB);
const GIANT = [...Array.from({ length: 50 }, () => 4 * MB), 5000 * MB, 10 * MB];

/**
 * The least share of estimates that must be right (by `shareRight`). It is low for uneven builds: that a consumer or
 * the machine will change its pace cannot be known before.
 */
const LEAST_RIGHT: Readonly<Record<string, number>> = {
  'balanced-cold': 0.75,
  'balanced-fast': 0.75,
  'balanced-slow': 0.75,
  'balanced-slow-then-fast': 0.3,
  'giant-slow': 0.85,
  'giant-uneven': 0.3,
};

describe('the time left of recorded builds', () => {
  it('has a bound for each', () => {
    assert.deepEqual(RECORDED.toSorted(), Object.keys(LEAST_RIGHT).sort());
  });

  for (const [name, least] of Object.entries(LEAST_RIGHT)) {
    it(`is right for ${least * 100} % of ${name}`, () => {
      const share = shareRight(readSeries(name));
      assert.ok(share >= least, `${share}`);
    });

    it(`is known from the first fifth on, and 0 at the end, in ${name}`, () => {
      const all = estimates(readSeries(name));
      for (const { left, at } of all.slice(Math.ceil(all.length / 5))) assert.ok(left !== undefined, `at ${at}`);
      assert.equal(all.at(-1)?.left, 0);
    });
  }
});

describe('the time left of builds that keep one pace', () => {
  const builds = {
    'a slow consumer': { layers: EVEN, hashing: 500 * MB, streaming: 200 * MB },
    'slow digests': { layers: EVEN, hashing: 100 * MB, streaming: 1000 * MB },
    'a giant that the stream waits for': { layers: GIANT, hashing: 500 * MB, streaming: 1000 * MB },
    'a giant among many threads': { layers: GIANT, hashing: 500 * MB, streaming: 1000 * MB, workers: 16 },
    'hashes along with the writing': { layers: EVEN, hashing: 0, streaming: 400 * MB, hashesAlong: true },
    'hashes along, with a giant': { layers: GIANT, hashing: 0, streaming: 400 * MB, hashesAlong: true },
    'hashes along, after a base': {
      layers: EVEN,
      base: 2000 * MB,
      hashing: 0,
      streaming: 400 * MB,
      hashesAlong: true,
    },
    'a base, and a slow consumer': { layers: EVEN, base: 4000 * MB, hashing: 500 * MB, streaming: 300 * MB },
    'nothing but a base': { layers: [], base: 4000 * MB, hashing: 0, streaming: 300 * MB },
  };
  for (const [name, build] of Object.entries(builds)) {
    it(`is right for 90 %: ${name}`, () => {
      const share = shareRight(simulate(build));
      assert.ok(share >= 0.9, `${share}`);
    });
  }

  it('is that of the hashing alone if layers become blobs', () => {
    const layers = placeLayers(
      [
        [500 * MB, 20_000],
        [500 * MB, 20_000],
      ],
      0,
    );
    const timeLeft = new TimeLeft({ toHash: 1000 * MB, toWrite: 0, workers: 2, layers, all: layers });
    for (let at = 0; at < 10; at += 0.1) {
      const left = timeLeft.after({ at, hashed: at * 100 * MB, written: 0 });
      if (at > 2) assert.ok(left !== undefined && Math.abs(left - (10 - at)) < 0.5, `${left} at ${at}`);
    }
    timeLeft.layerHashed(0);
    timeLeft.layerHashed(1);
    assert.equal(timeLeft.after({ at: 10, hashed: 1000 * MB, written: 0 }), 0);
  });

  it('does not grow while the stream waits for a giant', () => {
    const series = simulate({ layers: GIANT, hashing: 500 * MB, streaming: 1000 * MB });
    for (const { left = 0, truth, at } of estimates(series).filter((estimate) => estimate.at > 1))
      assert.ok(left < 1.5 * truth + 1, `${left} for ${truth} at ${at}`);
  });
});

describe('the time left of any build', () => {
  const layer = fc.tuple(fc.nat(5e9), fc.nat(1e5));
  const step = fc.record({
    seconds: fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e6, noNaN: true })),
    hashed: fc.double({ min: 0, max: 1, noNaN: true }),
    written: fc.double({ min: 0, max: 1, noNaN: true }),
    layers: fc.array(fc.nat(12), { maxLength: 3 }),
  });

  it('is undefined, or finite and not negative', () => {
    fc.assert(
      fc.property(
        fc.array(layer, { maxLength: 10 }),
        fc.nat(5e9),
        fc.integer({ min: 1, max: 64 }),
        fc.array(step, { maxLength: 40 }),
        (sizes, base, workers, steps) => {
          const toHash = sizes.reduce((total, [size]) => total + size, 0);
          const toWrite = base + toHash;
          const placed = placeLayers(sizes, base);
          const timeLeft = new TimeLeft({ toHash, toWrite, workers, layers: placed, all: placed });
          let [at, hashed, written] = [0, 0, 0];
          for (const { seconds, layers, ...share } of steps) {
            at += seconds;
            hashed += Math.floor(share.hashed * (toHash - hashed));
            written += Math.floor(share.written * (toWrite - written));
            for (const layer of layers) timeLeft.layerHashed(layer);
            const left = timeLeft.after({ at, hashed, written });
            assert.ok(left === undefined || (Number.isFinite(left) && left >= 0), `${left}`);
          }
          const left = timeLeft.after({ at, hashed: toHash, written: toWrite });
          assert.equal(left, 0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is unknown before anything is known', () => {
    const layers = placeLayers([[10, 1]], 0);
    const timeLeft = new TimeLeft({ toHash: 10, toWrite: 10, workers: 1, layers, all: layers });
    assert.equal(timeLeft.after({ at: 0, hashed: 0, written: 0 }), undefined);
    assert.equal(timeLeft.after({ at: 60, hashed: 0, written: 0 }), undefined);
  });
});

describe('the work left', () => {
  it('counts entries as well as bytes, in both passes', () => {
    const layers = placeLayers(
      [
        [100 * MB, 10],
        [100 * MB, 100_000],
      ],
      0,
    );
    const timeLeft = new TimeLeft({ toHash: 200 * MB, toWrite: 200 * MB, workers: 1, layers, all: layers });
    const workAt = (written: number): number => workOf(timeLeft.workLeft({ hashed: written, written }).toWrite);
    // Half of the bytes are written, and nearly all files are still to be opened.
    assert.ok(workAt(100 * MB) > 0.95 * workAt(0));
    assert.equal(workAt(200 * MB), 0);
    timeLeft.layerHashed(0);
    const { toHash } = timeLeft.workLeft({ hashed: 100 * MB, written: 0 });
    assert.deepEqual(toHash, { bytes: 100 * MB, entries: 100_000 });
  });
});
