import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lessLoad, Pace } from '../../../src/cli/progress/pace.js';

/** The pace of work that takes these seconds for a megabyte and for a thousand entries. */
function paceOf(seconds: { readonly megabyte: number; readonly thousandEntries: number }): Pace {
  const pace = new Pace();
  for (let i = 0; i < 100; i++) {
    const load = { bytes: (i % 7) * 1e6, entries: (i % 3) * 50 };
    pace.add(load, 1e-6 + (load.bytes * seconds.megabyte) / 1e6 + (load.entries * seconds.thousandEntries) / 1000);
  }
  return pace;
}

function assertNear(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < expected / 10, `${actual}, not ${expected}`);
}

describe('a pace', () => {
  it('distinguishes bytes and entries', () => {
    assertNear(paceOf({ megabyte: 0.1, thousandEntries: 0 }).secondsFor({ bytes: 1e8, entries: 0 }), 10);
    const both = paceOf({ megabyte: 0.01, thousandEntries: 1 });
    assertNear(both.secondsFor({ bytes: 1e8, entries: 0 }), 1);
    assertNear(both.secondsFor({ bytes: 1e8, entries: 1e4 }), 11);
  });

  it('is unknown until something was observed for a while', () => {
    const pace = new Pace();
    assert.equal(pace.secondsFor({ bytes: 1, entries: 1 }), undefined);
    pace.add({ bytes: 1e6, entries: 1 }, 0.5);
    assert.equal(pace.secondsFor({ bytes: 1, entries: 1 }), undefined);
    pace.add({ bytes: 1e6, entries: 1 }, 0.5);
    assertNear(pace.secondsFor({ bytes: 1e6, entries: 1 }), 0.5);
  });

  it('is unknown once nothing was done for long', () => {
    const pace = paceOf({ megabyte: 0.1, thousandEntries: 0 });
    pace.add({ bytes: 0, entries: 0 }, 100);
    assert.equal(pace.secondsFor({ bytes: 1, entries: 0 }), undefined);
  });

  it('follows a change sooner if what went before is doubted', () => {
    const [slow, doubted] = [0, 1].map(() => paceOf({ megabyte: 1, thousandEntries: 0 }));
    doubted?.doubt();
    for (const pace of [slow, doubted]) pace?.add({ bytes: 1e7, entries: 0 }, 1);
    const [before = 0, after = 0] = [slow, doubted].map((pace) => pace?.secondsFor({ bytes: 1e7, entries: 0 }));
    assert.ok(after < 0.6 * before, `${after} of ${before}`);
  });
});

describe('a load less another', () => {
  it('is never less than nothing', () => {
    assert.deepEqual(lessLoad({ bytes: 5, entries: 2 }, { bytes: 3, entries: 3 }), { bytes: 2, entries: 0 });
  });
});
