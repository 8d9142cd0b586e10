import type { Load } from './load.js';

/** Seconds after which what was seen counts 1/e as much. Shorter, and single layers show; longer, and it lags behind. */
const MEMORY = 2.5;

/** Seconds that must have been seen before they tell a pace. */
const SETTLING = 0.7;

/** The bytes that are done in the time that an entry takes, roughly: a file is to be opened, checked and closed. */
const BYTES_PER_ENTRY = 64_000;

/** How much that expectation counts, beside what is seen. */
const EXPECTATION = 0.01;

/** The most that an entry may take, to what is expected. */
const MOST = 4;

/** What is left of what was seen, once it is doubted. */
const DOUBTED = 0.1;

/**
 * How long bytes and entries take, from what was seen of late. It learns which of them the time goes by, too: a slow
 * consumer cares for bytes only, and a reader of many small files hardly for them.
 */
export class Pace {
  #seconds = 0;
  #bytes = 0;
  #opened = 0;
  /** Hashes of products, for least squares: of bytes, entries counted as bytes, and the time. */
  #bb = 0;
  #bo = 0;
  #oo = 0;
  #bt = 0;
  #ot = 0;

  /** Notes that so much was done in `seconds`, which are more than 0. */
  add({ bytes, entries }: Load, seconds: number): void {
    const opened = entries * BYTES_PER_ENTRY;
    this.#keep(Math.exp(-seconds / MEMORY));
    this.#seconds += seconds;
    this.#bytes += bytes;
    this.#opened += opened;
    this.#bb += bytes * bytes;
    this.#bo += bytes * opened;
    this.#oo += opened * opened;
    this.#bt += bytes * seconds;
    this.#ot += opened * seconds;
  }

  /** Lets what was seen so far count little: things have changed. */
  doubt(): void {
    this.#keep(DOUBTED);
  }

  /** Seconds that so much will take; undefined while too little is known, or where nothing was done of late. */
  secondsFor({ bytes, entries }: Load): number | undefined {
    if (!this.#isKnown) return undefined;
    const share = this.#entryShare();
    // Least squares tell the shares; the level is what makes all that was seen take as long as it did.
    return ((bytes + share * entries * BYTES_PER_ENTRY) / (this.#bytes + share * this.#opened)) * this.#seconds;
  }

  #keep(share: number): void {
    this.#seconds *= share;
    this.#bytes *= share;
    this.#opened *= share;
    this.#bb *= share;
    this.#bo *= share;
    this.#oo *= share;
    this.#bt *= share;
    this.#ot *= share;
  }

  get #isKnown(): boolean {
    // Less than a byte is what was all but forgotten, and would make for ever of anything.
    return this.#seconds >= SETTLING && this.#bytes >= 1;
  }

  /** What an entry takes, to what is expected. */
  #entryShare(): number {
    const pull = EXPECTATION * (this.#bb + this.#oo);
    const [bb, bo, oo] = [this.#bb + pull, this.#bo - pull, this.#oo + pull];
    const byte = this.#bt * oo - this.#ot * bo;
    const opened = this.#ot * bb - this.#bt * bo;
    if (opened <= 0) return 0;
    return Math.min(MOST, opened / Math.max(byte, opened / MOST));
  }
}
