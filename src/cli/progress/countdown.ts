/** Seconds for which a value stands at least. */
const STANDS = 1;

/** How much longer a build may take than was told, before that is told: in seconds, or as a share. */
const TOLERATED = { seconds: 2, share: 0.1 } as const;

/** Makes a steady display of estimates of the time left: in round steps, and upwards only where that is worth it. */
export class Countdown {
  #shown: { readonly left: number; readonly at: number } | undefined;

  /** What is to be shown `at` a time, in seconds of any clock, where so many are left; undefined where that is unknown. */
  show(left: number | undefined, at: number): number | undefined {
    const shown = this.#shown;
    if (shown !== undefined && at - shown.at < STANDS) return shown.left;
    if (left === undefined) {
      this.#shown = undefined;
      return undefined;
    }
    const next = round(left);
    const tolerated = shown === undefined ? 0 : Math.max(TOLERATED.seconds, shown.left * TOLERATED.share);
    if (shown !== undefined && next > shown.left && next - shown.left <= tolerated) return shown.left;
    this.#shown = { left: next, at };
    return next;
  }
}

/** Seconds below a minute, then fives, then minutes from ten on. */
function round(seconds: number): number {
  const step = seconds <= 60 ? 1 : seconds <= 600 ? 5 : 60;
  return Math.ceil(seconds / step) * step;
}
