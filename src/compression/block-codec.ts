/**
 * Compresses a blob in blocks of one size, each independently of the results of others, so in any order and on any
 * thread. The bytes of the blob are the same for any number of threads.
 */
export interface BlockCodec {
  /** Bytes of a block before it is compressed. The last block may be shorter, but is never empty. */
  readonly blockSize: number;
  /** Bytes before a block that its compression may refer to. */
  readonly dictionarySize: number;
  /**
   * Returns the compressed block, in a buffer of its own.
   *
   * @param dictionary The `dictionarySize` bytes before the block; undefined for the first block.
   */
  compress(block: Uint8Array, dictionary: Uint8Array | undefined): Uint8Array;
  /** Begins a blob. */
  startFrame(): BlobFrame;
}

/** The bytes of a blob before and after its blocks. */
export interface BlobFrame {
  /** The bytes before the first block. */
  readonly head: Uint8Array;
  /** Called with all bytes of the blob, in order, before they are compressed. */
  update(bytes: Uint8Array): void;
  /** The bytes after the last block. With the head alone they are a valid blob of nothing. */
  tail(): Uint8Array;
}

/**
 * The most bytes that a compressed block may have. Both formats store what does not compress, with a few more bytes for
 * each 16 KiB or more (RFC 1951, 3.2.4; RFC 8878, 3.1.1.2); this leaves room to spare.
 */
export function compressedBound(size: number): number {
  return size + Math.ceil(size / 64) + 1024;
}
