/** Work: bytes, and the entries that they belong to. */
export interface Load {
  readonly bytes: number;
  readonly entries: number;
}

/** What is left of a load; never less than nothing. */
export function lessLoad(load: Load, done: Load): Load {
  return { bytes: Math.max(0, load.bytes - done.bytes), entries: Math.max(0, load.entries - done.entries) };
}

/**
 * Seconds after which an observation has only 1/e of its weight. With fewer, single layers make the pace jump; with
 * more, it lags.
 */
const MEMORY = 2.5;

/** Seconds that must have been observed before there is a pace. */
const SETTLING = 0.7;

/** Bytes that are hashed in the time an entry takes, roughly: its file must be opened, checked and closed. */
const BYTES_PER_ENTRY = 64_000;

/** Work in bytes: entries count as the bytes that are expected to take the same time. */
export function workOf({ bytes, entries }: Load): number {
  return bytes + entries * BYTES_PER_ENTRY;
}

/** The weight of that expectation, relative to what is observed. */
const EXPECTATION = 0.01;

/** An entry takes at most this many times what is expected. */
const MOST = 4;

/** The share of its weight that an observation keeps once it is doubted. */
const DOUBTED = 0.1;

/**
 * How long bytes and entries take, judged by recent work. It also learns which of the two the time depends on: for a
 * slow consumer only bytes count, for a reader of many small files almost only entries.
 */
export class Pace {
  #seconds = 0;
  #bytes = 0;
  /** Entries, as the bytes that are expected to take the same time. */
  #opened = 0;
  /** Sums of products, for least squares: b is bytes, o is opened, t is time. */
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

  /** Gives what was observed so far little weight, because conditions have changed. */
  doubt(): void {
    this.#keep(DOUBTED);
  }

  /** Seconds that so much will take; undefined while too little is known, or if nothing was done recently. */
  secondsFor({ bytes, entries }: Load): number | undefined {
    if (!this.#isKnown) return undefined;
    const share = this.#entryShare();
    // Least squares gives only the shares. The level is such that all that was observed takes as long as it did.
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
    // Less than a byte is left of what is long past, and would make any estimate infinite.
    return this.#seconds >= SETTLING && this.#bytes >= 1;
  }

  /** What an entry takes, relative to what is expected. */
  #entryShare(): number {
    const pull = EXPECTATION * (this.#bb + this.#oo);
    const [bb, bo, oo] = [this.#bb + pull, this.#bo - pull, this.#oo + pull];
    const byte = this.#bt * oo - this.#ot * bo;
    const opened = this.#ot * bb - this.#bt * bo;
    if (opened <= 0) return 0;
    return Math.min(MOST, opened / Math.max(byte, opened / MOST));
  }
}
