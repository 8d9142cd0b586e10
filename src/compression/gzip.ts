import { constants, crc32, deflateRawSync } from 'node:zlib';
import { type BlobFrame, type BlockCodec, compressedBound } from './block-codec.js';

/**
 * Larger blocks compress no better (by a thousandth of a percent) and need more memory. A block of this size takes some
 * milliseconds, so the cost of handing it to another thread does not show.
 */
export const GZIP_BLOCK_SIZE = 256 * 1024;

/** How far back deflate refers, in bytes (RFC 1951, 2). */
const WINDOW_SIZE = 32 * 1024;

/** RFC 1952, 2.3: magic, deflate, no flags, no time, no extra flags, unknown system. Nothing of this machine. */
const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** A last block without content: BFINAL, fixed Huffman codes, end of block (RFC 1951, 3.2.3 and 3.2.6). */
const LAST_BLOCK = [0x03, 0x00] as const;

/**
 * One gzip member (RFC 1952), made as pigz makes it: each block is deflated with the bytes before it as its dictionary,
 * and flushed to a whole number of bytes. So the blocks, one after the other, are one deflate stream.
 */
export function gzipCodec(level: number): BlockCodec {
  const options = {
    level,
    finishFlush: constants.Z_SYNC_FLUSH,
    // Room for all output of a block at once.
    chunkSize: compressedBound(GZIP_BLOCK_SIZE),
  };
  return {
    blockSize: GZIP_BLOCK_SIZE,
    dictionarySize: WINDOW_SIZE,
    compress: (block, dictionary) =>
      deflateRawSync(block, dictionary === undefined ? options : { ...options, dictionary }),
    startFrame: () => new GzipFrame(),
  };
}

class GzipFrame implements BlobFrame {
  readonly head = HEAD;
  #crc = 0;
  #size = 0;

  update(bytes: Uint8Array): void {
    this.#crc = crc32(bytes, this.#crc);
    this.#size += bytes.length;
  }

  tail(): Uint8Array {
    const tail = Buffer.alloc(10);
    tail.set(LAST_BLOCK);
    tail.writeUInt32LE(this.#crc, 2);
    // Modulo 2^32 (RFC 1952, 2.3.1, ISIZE).
    tail.writeUInt32LE(this.#size % 2 ** 32, 6);
    return tail;
  }
}
