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

/** Seconds between two marks of a rate. */
const MARKED_EVERY = 1;

/** A rate is measured over so many marks at most: over fewer it would jump. */
const MOST_MARKS = 4;

/** Measures a recent rate. */
export class RecentRate {
  readonly #marks: { readonly bytes: number; readonly at: number }[] = [];

  /** Notes the bytes done until `at`, in seconds of any clock. Returns bytes per second, once that is known. */
  after(bytes: number, at: number): number | undefined {
    const last = this.#marks.at(-1);
    if (last === undefined || at - last.at >= MARKED_EVERY) this.#marks.push({ bytes, at });
    if (this.#marks.length > MOST_MARKS) this.#marks.shift();
    const [first, newest] = [this.#marks[0], this.#marks.at(-1)];
    if (first === undefined || newest === undefined || newest.at === first.at) return undefined;
    return (newest.bytes - first.bytes) / (newest.at - first.at);
  }
}

/** How much a rate may contradict the time left: in seconds, and as a share of it. */
const CONTRADICTION = { seconds: 2, share: 0.35 } as const;

/** Whether so many bytes at this rate take about as long as is left: files that are opened take time, and have no bytes. */
export function isInAccord(rate: number, { bytes, left }: { readonly bytes: number; readonly left: number }): boolean {
  if (rate <= 0) return false;
  return Math.abs(bytes / rate - left) <= Math.max(CONTRADICTION.seconds, CONTRADICTION.share * left);
}
