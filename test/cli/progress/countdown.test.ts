import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Countdown, isInAccord, RecentRate } from '../../../src/cli/progress/countdown.js';

/** What is shown for estimates at times. */
function shownOf(...estimates: readonly (readonly [at: number, left: number | undefined])[]): (number | undefined)[] {
  const countdown = new Countdown();
  return estimates.map(([at, left]) => countdown.show(left, at));
}

describe('the countdown', () => {
  it('shows nothing while nothing is known', () => {
    assert.deepEqual(shownOf([0, undefined], [1, undefined], [2, 9.2]), [undefined, undefined, 10]);
  });

  it('disappears when the time is no longer known', () => {
    assert.deepEqual(shownOf([0, 9], [0.5, undefined], [1, undefined], [2, 40]), [9, 9, undefined, 40]);
  });

  it('stays the same for a second', () => {
    assert.deepEqual(shownOf([0, 9], [0.5, 3], [0.9, 30], [1, 8.1], [1.9, 7]), [9, 9, 9, 9, 9]);
    assert.deepEqual(shownOf([0, 9], [1, 7.5], [1.5, 7]), [9, 8, 8]);
  });

  it('is in round steps: seconds, fives from a minute on, minutes from ten on', () => {
    const rounded = [0, 0.1, 59.2, 61, 124, 599, 601].map((left) => new Countdown().show(left, 0));
    assert.deepEqual(rounded, [0, 1, 60, 65, 125, 600, 660]);
  });

  it('goes up only for more than 2 s and more than a tenth', () => {
    assert.deepEqual(shownOf([0, 10], [1, 12], [2, 12.1]), [10, 10, 13]);
    assert.deepEqual(shownOf([0, 100], [1, 110], [2, 111]), [100, 100, 115]);
  });

  it('never changes twice in a second, and shows the latest estimate rounded up', () => {
    const step = fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 1e5, noNaN: true }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (steps) => {
        const countdown = new Countdown();
        let [at, changed] = [0, Number.NEGATIVE_INFINITY];
        let last: number | undefined;
        for (const [seconds, left] of steps) {
          at += seconds;
          const shown = countdown.show(left, at);
          assert.ok(shown !== undefined && shown >= 0);
          if (shown === last) continue;
          assert.ok(at - changed >= 1 && shown >= left && shown < left + 60);
          last = shown;
          changed = at;
        }
      }),
    );
  });
});

describe('the recent rate', () => {
  it('is unknown at first, and measured over some seconds, in steps of a second', () => {
    const rate = new RecentRate();
    const shown = (
      [
        [0, 0],
        [50, 0.5],
        [200, 2],
        [230, 2.5],
        [300, 3],
        [400, 4],
        [600, 5],
      ] as const
    ).map(([bytes, at]) => rate.after(bytes, at));
    assert.deepEqual(shown, [undefined, undefined, 100, 100, 100, 100, 400 / 3]);
  });
});

describe('a rate and the time left', () => {
  it('are in accord if the bytes that are left take about as long', () => {
    assert.equal(isInAccord(100e6, { bytes: 1000e6, left: 10 }), true);
    assert.equal(isInAccord(100e6, { bytes: 1000e6, left: 8 }), true);
    assert.equal(isInAccord(30e6, { bytes: 3380e6, left: 2 }), false);
    assert.equal(isInAccord(0, { bytes: 1, left: 1 }), false);
  });
});
