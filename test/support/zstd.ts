/** Zstd frames made by hand, for tests on a Node.js that cannot make them, and of frames that nobody would make. */
import * as zlib from 'node:zlib';

/** Options of tests that decompress zstd. */
export const NEEDS_ZSTD: { readonly skip: string | false } = {
  skip: 'createZstdDecompress' in zlib ? false : 'needs Node.js 22.15 or newer, whose node:zlib reads zstd',
};

const MAX_BLOCK = 128 * 1024;

/** A frame that holds bytes as they are, in raw blocks (RFC 8878, 3.1.1). */
export function zstdFrame(bytes: Uint8Array): Buffer {
  // A window of 128 KiB, no checksum, no size.
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])];
  for (let at = 0; at === 0 || at < bytes.length; at += MAX_BLOCK) {
    const block = bytes.subarray(at, at + MAX_BLOCK);
    parts.push(blockHeader({ isLast: at + MAX_BLOCK >= bytes.length, type: 0, size: block.length }), block);
  }
  return Buffer.concat(parts);
}

export function blockHeader(block: { isLast: boolean; type: number; size: number }): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((block.isLast ? 1 : 0) | (block.type << 1) | (block.size << 3), 0, 3);
  return header;
}

/** A frame that every reader passes over (RFC 8878, 3.1.2). */
export function skippableFrame(bytes: Uint8Array): Buffer {
  const header = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}
