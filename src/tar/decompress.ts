import { pipeline, Readable, type Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { LayerstreamError } from '../ground/errors.js';
import { type Compression, detectCompression, MAGIC_LENGTH } from './compression.js';
import { decompressByProgram, type ProgramFormat, type ProgramOptions } from './decompress-program.js';
import { ZstdFrames } from './zstd-frames.js';

/** A stream of `node:zlib`. */
type ZlibStream = Transform & { readonly bytesWritten: number };

type MakeStream = (options: zlib.ZlibOptions) => ZlibStream;

/** Larger than the default: a stream of `node:zlib` goes to another thread and back for each chunk it gives. */
const OPTIONS = { chunkSize: 256 * 1024 };

/** The types are those of Node.js 20, which has no zstd; 22.15 has. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: MakeStream };

/** How archives may be compressed. */
const WHOLE = 'gzip, zstd, xz and bzip2';

/** The bytes are compressed in a way that is not read. The message says how; it follows "is" or a colon. */
export class UnreadableCompressionError extends Error {
  override readonly name = 'UnreadableCompressionError';
}

/** Why a layer that is compressed so cannot be read here, in words that follow "is"; undefined where it can. */
export function layerCompressionFault(compression: Compression): string | undefined {
  if (compression === 'none' || compression === 'gzip') return undefined;
  if (compression !== 'zstd') return `compressed with ${compression}; only gzip and zstd are read`;
  if (createZstdDecompress !== undefined) return undefined;
  return `compressed with zstd, which Node.js reads from 22.15 on; this is ${process.versions.node}`;
}

/** Whether a layer that is compressed so is read here. */
export function isReadable(compression: Compression): boolean {
  return layerCompressionFault(compression) === undefined;
}

/**
 * A stream that decompresses. For zstd, its input must be chunks from `ZstdFrames`.
 *
 * @throws {UnreadableCompressionError}
 */
function makeDecompressStream(compression: Exclude<Compression, 'none'>): ZlibStream {
  const fault = layerCompressionFault(compression);
  if (fault !== undefined) throw new UnreadableCompressionError(fault);
  return compression === 'zstd' && createZstdDecompress !== undefined
    ? createZstdDecompress(OPTIONS)
    : zlib.createGunzip(OPTIONS);
}

/**
 * The input's bytes, decompressed if they are compressed. An error of the input becomes an error of the result. What
 * Node.js cannot read goes through the program of that name.
 *
 * @param what Names the input in messages.
 * @throws {LayerstreamError} `INPUT_INVALID` if they are compressed in a way that is not read, or by a program that is
 *   missing
 */
export async function decompress(input: Readable, what: string, options: ProgramOptions = {}): Promise<Readable> {
  const chunks: AsyncIterator<Uint8Array> = input[Symbol.asyncIterator]();
  const start = await takeStart(chunks);
  const compression = detectCompression(start);
  const whole = () => chain(start, chunks);
  if (compression === 'none') return Readable.from(whole(), { objectMode: false });
  try {
    const program = programFor(compression);
    if (program !== undefined) return await decompressByProgram(program, whole(), { what, signal: options.signal });
    const stream = makeDecompressStream(compression);
    // The last stream emits all errors; pipeline insists on a callback.
    return pipeline(compression === 'zstd' ? cutFrames(whole()) : whole(), stream, () => {});
  } catch (error) {
    input.destroy();
    throw error instanceof UnreadableCompressionError ? refused(what, compression) : error;
  }
}

function refused(what: string, compression: Compression): LayerstreamError {
  return new LayerstreamError('INPUT_INVALID', `${what} is compressed with ${compression}; only ${WHOLE} are read`, {
    path: what,
    hint: 'Decompress it first, or compress it with gzip.',
  });
}

function programFor(compression: Compression): ProgramFormat | undefined {
  if (compression === 'xz' || compression === 'bzip2') return compression;
  return compression === 'zstd' && createZstdDecompress === undefined ? compression : undefined;
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

/** Decompresses bytes that are handed over chunk by chunk: every gzip member or zstd frame of them. */
export class Decompressor {
  readonly #compression: Compression;
  readonly #stream: ZlibStream;
  readonly #frames: ZstdFrames | undefined;
  #taken = 0;
  #failure: string | undefined;
  /** Ends the present wait for bytes to be decompressed. */
  #wake: (() => void) | undefined;

  /**
   * `onBytes` gets the decompressed bytes, chunk by chunk.
   *
   * @throws {UnreadableCompressionError}
   */
  constructor(compression: Exclude<Compression, 'none'>, onBytes: (bytes: Uint8Array) => void) {
    this.#compression = compression;
    this.#stream = makeDecompressStream(compression);
    this.#frames = compression === 'zstd' ? new ZstdFrames() : undefined;
    this.#stream.on('data', onBytes);
    this.#stream.on('error', (error) => this.#fail(error));
  }

  /** Resolves when the bytes are no longer needed. `finish` reports what is wrong with them. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (const piece of this.#frames?.split(bytes) ?? [bytes]) await this.#writePiece(piece);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Called after the last bytes; returns what is wrong with them, if anything is. */
  async finish(): Promise<string | undefined> {
    if (this.#failure === undefined) {
      this.#stream.end();
      await finished(this.#stream).catch((error: unknown) => this.#fail(error));
    }
    if (this.#frames?.isWhole === false) this.#fail(new Error('unexpected end of file'));
    this.#stream.destroy();
    return this.#failure === undefined ? undefined : `broken ${this.#compression}: ${this.#failure}`;
  }

  async #writePiece(piece: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return;
    // The stream has ended already: it took less than it was given.
    if (this.#stream.bytesWritten < this.#taken) return this.#checkRest(piece);
    this.#taken += piece.length;
    await new Promise<void>((resolve) => {
      // After a failure the callback is never called.
      this.#wake = resolve;
      this.#stream.write(piece, () => resolve());
    });
    const rest = this.#taken - this.#stream.bytesWritten;
    if (rest > 0) this.#checkRest(piece.subarray(-rest));
  }

  /** Zeros may follow a gzip, as gzip itself allows: tapes are padded with them. */
  #checkRest(rest: Uint8Array): void {
    if (rest.some((byte) => byte !== 0)) this.#fail(new Error('other bytes follow its end'));
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error.message : String(error);
    this.#wake?.();
  }
}
