import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LayerstreamError } from '../errors.js';

/** How bytes are compressed, told by how they begin. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'lz4';

const MAGICS: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]], // RFC 1952, 2.3.1
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]], // RFC 8878, 3.1.1
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]], // The .xz file format, 2.1.1.1
  ['bzip2', [0x42, 0x5a, 0x68]], // "BZh"
  ['lz4', [0x04, 0x22, 0x4d, 0x18]], // LZ4 frame format, "General Structure"
];

/** The most bytes that `detectCompression` looks at. */
export const MAGIC_LENGTH = 262;

/** Where a tar header says that it is one (POSIX.1-2017, "ustar Interchange Format"). */
const USTAR_OFFSET = 257;

export function detectCompression(start: Uint8Array): Compression {
  // A tar begins with the name of its first entry, which may look like anything.
  if (Buffer.from(start).toString('latin1', USTAR_OFFSET, MAGIC_LENGTH) === 'ustar') return 'none';
  const found = MAGICS.find(([, magic]) => magic.every((byte, i) => start[i] === byte));
  return found?.[0] ?? 'none';
}

/** The error for compressions that are not read. `what` names whose bytes they are. */
export function unsupportedCompression(what: string, compression: Compression): LayerstreamError {
  return new LayerstreamError('INPUT_INVALID', `${what} is compressed with ${compression}; only gzip is read`, {
    path: what,
    hint: `Decompress it first, or compress it with gzip.`,
  });
}

/** The stream's bytes without compression, whichever it has. An error of the input becomes one of what is returned. */
export async function decompress(input: Readable, what: string): Promise<Readable> {
  const chunks: AsyncIterator<Uint8Array> = input[Symbol.asyncIterator]();
  const start = await takeStart(chunks);
  const compression = detectCompression(start);
  if (compression !== 'none' && compression !== 'gzip') {
    input.destroy();
    throw unsupportedCompression(what, compression);
  }
  const whole = Readable.from(chain(start, chunks), { objectMode: false });
  if (compression === 'none') return whole;
  // Errors surface on the last stream; the callback is where pipeline wants them taken.
  return pipeline(whole, createGunzip(), () => {});
}

async function takeStart(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let length = 0; length < MAGIC_LENGTH; ) {
    const next = await chunks.next();
    if (next.done) break;
    parts.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(parts);
}

async function* chain(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (start.length > 0) yield start;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
