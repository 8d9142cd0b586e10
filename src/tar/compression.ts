import { pipeline, Readable } from 'node:stream';
import { LayerstreamError } from '../ground/errors.js';
import { makeDecompressStream, UnreadableCompressionError } from './decompressor.js';
import { ZstdFrames } from './zstd-frames.js';

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

/** The error for what only gzip is read of. `what` names whose bytes they are. */
export function unsupportedCompression(what: string, compression: Compression): LayerstreamError {
  return unreadable(what, `compressed with ${compression}; only gzip is read`);
}

function unreadable(what: string, why: string): LayerstreamError {
  return new LayerstreamError('INPUT_INVALID', `${what} is ${why}`, {
    path: what,
    hint: `Decompress it first, or compress it with gzip.`,
  });
}

/**
 * The stream's bytes without compression, whichever it has. An error of the input becomes one of what is returned.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` where it is compressed in a way that is not read.
 */
export async function decompress(input: Readable, what: string): Promise<Readable> {
  const chunks: AsyncIterator<Uint8Array> = input[Symbol.asyncIterator]();
  const start = await takeStart(chunks);
  const compression = detectCompression(start);
  const whole = () => chain(start, chunks);
  if (compression === 'none') return Readable.from(whole(), { objectMode: false });
  try {
    const stream = makeDecompressStream(compression);
    // Errors surface on the last stream; the callback is where pipeline wants them taken.
    return pipeline(compression === 'zstd' ? cutFrames(whole()) : whole(), stream, () => {});
  } catch (error) {
    input.destroy();
    throw error instanceof UnreadableCompressionError ? unreadable(what, error.message) : error;
  }
}

async function* cutFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const frames = new ZstdFrames();
  for await (const chunk of chunks) yield* frames.split(chunk);
  if (!frames.isWhole) throw new Error('unexpected end of file');
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
