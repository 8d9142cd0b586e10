import { compressedBound } from './bound.js';
import type { BlobFrame, BlockCodec } from './codec.js';
import { zstdBinding } from './zstd-binding.js';

/** Smaller ones compress worse (2 MiB by a hundredth at level 3), larger ones no better and need more memory. */
export const ZSTD_BLOCK_SIZE = 4 * 1024 * 1024;

const NOTHING = new Uint8Array(0);

/**
 * zstd frames one behind the other, which are decompressed as one (RFC 8878, 3.1); each says how many bytes it holds.
 *
 * @throws {LayerstreamError} `USAGE` where this Node.js has no zstd.
 */
export function zstdCodec(level: number): BlockCodec {
  const { zstdCompressSync, constants } = zstdBinding();
  const options = {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    // All of a block's output at once: then zstd needs no buffers of its own.
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

/** The frames stand for themselves, but there must be one. */
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
