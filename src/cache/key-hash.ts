import { finishDigest, hexOf, startDigest } from '../oci/digest.js';

/** Byte strings of one slice, one after the other, and where each ends. */
export interface PackedTexts {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

/**
 * Hashes fields so that no two lists of fields give the same bytes: what can have any length comes after its length.
 * Numbers stand as this machine has them, which no other machine needs to understand.
 */
export class KeyHash {
  readonly #hash = startDigest();

  /** A fixed count of them, or one that was given before. */
  numbers(values: readonly number[]): this {
    this.#hash.update(Float64Array.from(values));
    return this;
  }

  /** 64 bits of each, signed or not. A fixed count of them, or one that was given before. */
  integers(values: readonly bigint[]): this {
    this.#hash.update(BigUint64Array.from(values));
    return this;
  }

  /** Text whose units are bytes. */
  text(value: string): this {
    this.numbers([value.length]);
    this.#hash.update(value, 'latin1');
    return this;
  }

  /** One column, however it is cut into slices. */
  column(slices: readonly NodeJS.ArrayBufferView[]): this {
    this.numbers([slices.reduce((total, { byteLength }) => total + byteLength, 0)]);
    for (const slice of slices) this.#hash.update(slice);
    return this;
  }

  /** A column of texts: their lengths, then all their bytes. */
  texts(slices: readonly PackedTexts[]): this {
    const lengths = slices.map(({ ends }) => ends.map((end, i) => end - (i === 0 ? 0 : (ends[i - 1] ?? 0))));
    return this.column(lengths).column(slices.map(({ bytes }) => bytes));
  }

  /** 64 hex digits. */
  finish(): string {
    return hexOf(finishDigest(this.#hash));
  }
}
