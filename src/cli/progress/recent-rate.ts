/** Seconds that a rate is measured over, at least. */
const SPAN = 1;

/** Bytes per second of late, for the eye: it changes no more often than once in the time that it is measured over. */
export class RecentRate {
  #last: { readonly bytes: number; readonly at: number } | undefined;
  #shown: { readonly bytes: number; readonly seconds: number } = { bytes: 0, seconds: 0 };

  /** Notes the bytes until `at`, in seconds of any clock, and tells how many were done in how long. */
  after(bytes: number, at: number): { readonly bytes: number; readonly seconds: number } {
    const last = this.#last;
    if (last === undefined) this.#last = { bytes, at };
    else if (at - last.at >= SPAN) {
      this.#shown = { bytes: bytes - last.bytes, seconds: at - last.at };
      this.#last = { bytes, at };
    }
    return this.#shown;
  }
}
