import zlib from 'node:zlib';
import { LayerstreamError } from '../ground/errors.js';
import { type BlobFrame, type BlockCodec, compressedBound } from './block-codec.js';

/** Smaller blocks compress worse (2 MiB by one percent at level 3); larger ones no better, and need more memory. */
export const ZSTD_BLOCK_SIZE = 4 * 1024 * 1024;

const NOTHING = new Uint8Array(0);

/**
 * A zstd frame for each block. Frames one after the other decompress as one (RFC 8878, 3.1); each says how many bytes
 * it holds.
 *
 * @throws {LayerstreamError} `USAGE` if this Node.js has no zstd.
 */
export function zstdCodec(level: number): BlockCodec {
  const { zstdCompressSync, constants } = zstdBinding();
  const options = {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    // Room for all output of a block at once: then zstd needs no buffers of its own.
    chunkSize: compressedBound(ZSTD_BLOCK_SIZE),
  };
  const compress = (block: Uint8Array): Uint8Array => zstdCompressSync(block, options);
  return {
    blockSize: ZSTD_BLOCK_SIZE,
    dictionarySize: 0,
    compress,
    startFrame: () => new ZstdFrames(() => compress(NOTHING)),
  };
}

/** Nothing is needed around the frames, but there must be at least one. */
class ZstdFrames implements BlobFrame {
  readonly head = NOTHING;
  readonly #emptyFrame: () => Uint8Array;
  #isEmpty = true;

  constructor(emptyFrame: () => Uint8Array) {
    this.#emptyFrame = emptyFrame;
  }

  update(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#isEmpty = false;
  }

  tail(): Uint8Array {
    return this.#isEmpty ? this.#emptyFrame() : NOTHING;
  }
}

/** The part of Node.js's zstd that is used here. */
interface ZstdBinding {
  zstdCompressSync(
    bytes: Uint8Array,
    options: { readonly params: Readonly<Record<number, number>>; readonly chunkSize: number },
  ): Uint8Array;
  readonly constants: { readonly ZSTD_c_compressionLevel: number };
}

/**
 * The zstd of this Node.js.
 *
 * @throws {LayerstreamError} `USAGE` if it has none.
 */
export function zstdBinding(): ZstdBinding {
  // The types are those of the oldest supported Node.js, which has no zstd.
  const { zstdCompressSync, constants } = zlib as typeof zlib & Partial<ZstdBinding>;
  if (zstdCompressSync !== undefined) return { zstdCompressSync, constants };
  throw new LayerstreamError('USAGE', `this Node.js, ${process.version}, has no zstd`, {
    hint: 'Use Node.js 22.15 or newer (of 23, 23.8 or newer), or gzip.',
  });
}
