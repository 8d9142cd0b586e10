/** Figures for people to read: they change no more often than once in a second. */

/** Seconds for which a time left is shown at least. */
const SHOWN_FOR = 1;

/** How much the time left must grow before a longer one is shown: in seconds, and as a share of it. */
const TOLERATED = { seconds: 2, share: 0.1 } as const;

/** Turns estimates of the time left into a steady display: in round steps, and upwards only for a large change. */
export class Countdown {
  #shown: { readonly left: number; readonly at: number } | undefined;

  /**
   * The seconds to show for an estimate; undefined if nothing is known.
   *
   * @param left The estimate, in seconds; undefined if there is none.
   * @param at The present time, in seconds of any clock.
   */
  show(left: number | undefined, at: number): number | undefined {
    const shown = this.#shown;
    if (shown !== undefined && at - shown.at < SHOWN_FOR) return shown.left;
    if (left === undefined) {
      this.#shown = undefined;
      return undefined;
    }
    const next = roundUp(left);
    const tolerated = shown === undefined ? 0 : Math.max(TOLERATED.seconds, shown.left * TOLERATED.share);
    if (shown !== undefined && next > shown.left && next - shown.left <= tolerated) return shown.left;
    this.#shown = { left: next, at };
    return next;
  }
}

/** To a second up to a minute, to five seconds up to ten minutes, then to a minute. */
function roundUp(seconds: number): number {
  const step = seconds <= 60 ? 1 : seconds <= 600 ? 5 : 60;
  return Math.ceil(seconds / step) * step;
}

/** Seconds that a rate is measured over, at least. */
const MEASURED_OVER = 1;

/** Measures a recent rate. */
export class RecentRate {
  #last: { readonly bytes: number; readonly at: number } | undefined;
  #shown: { readonly bytes: number; readonly seconds: number } = { bytes: 0, seconds: 0 };

  /** Notes the bytes done until `at`, in seconds of any clock. Returns how many were recently done in how long. */
  after(bytes: number, at: number): { readonly bytes: number; readonly seconds: number } {
    const last = this.#last;
    if (last === undefined) this.#last = { bytes, at };
    else if (at - last.at >= MEASURED_OVER) {
      this.#shown = { bytes: bytes - last.bytes, seconds: at - last.at };
      this.#last = { bytes, at };
    }
    return this.#shown;
  }
}
