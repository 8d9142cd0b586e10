/** Takes bytes, in order. */
export interface ByteTarget {
  /** Resolves when the bytes are no longer needed: their owner may then overwrite them. One call at a time. */
  write(bytes: Uint8Array): Promise<void>;
}

/** The bytes from `start` up to, and without, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
