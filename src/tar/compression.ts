import type { CompressionKind } from '../compression/kind.js';

/** How bytes are compressed, as their first bytes say. */
export type Compression = CompressionKind | 'xz' | 'bzip2' | 'lz4';

const MAGICS: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]], // RFC 1952, 2.3.1
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]], // RFC 8878, 3.1.1
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]], // The .xz file format, 2.1.1.1
  ['bzip2', [0x42, 0x5a, 0x68]], // "BZh"
  ['lz4', [0x04, 0x22, 0x4d, 0x18]], // LZ4 frame format, "General Structure"
];

/** `detectCompression` looks at no more bytes than these. */
export const MAGIC_LENGTH = 262;

/** What the magics of zstd's skippable frames share (RFC 8878, 3.1.2). `pzstd` begins with such a frame. */
const SKIPPABLE = 0x184d2a5;

/** Where the magic of a tar header is (POSIX.1-2017, "ustar Interchange Format"). */
const USTAR_OFFSET = 257;

export function detectCompression(start: Uint8Array): Compression {
  // A tar begins with the name of its first entry, which may look like anything.
  if (Buffer.from(start).toString('latin1', USTAR_OFFSET, MAGIC_LENGTH) === 'ustar') return 'none';
  const found = MAGICS.find(([, magic]) => magic.every((byte, i) => start[i] === byte));
  return found?.[0] ?? (beginsSkippable(start) ? 'zstd' : 'none');
}

function beginsSkippable(start: Uint8Array): boolean {
  return start.length >= 4 && Buffer.from(start.subarray(0, 4)).readUInt32LE() >>> 4 === SKIPPABLE;
}
