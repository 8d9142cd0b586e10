import type { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import type { Compression } from './compression.js';
import { ZstdFrames } from './zstd-frames.js';

/** A stream of `node:zlib`. */
type ZlibStream = Transform & { readonly bytesWritten: number };

type MakeStream = (options: zlib.ZlibOptions) => ZlibStream;

/** Each piece that a stream of `node:zlib` gives costs a way to another thread and back. */
const OPTIONS = { chunkSize: 256 * 1024 };

/** The types of Node.js 20 do not know what came with 22.15. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: MakeStream };

/** Bytes are compressed in a way that is not read. The message says how, behind "is" or a colon. */
export class UnreadableCompressionError extends Error {
  override readonly name = 'UnreadableCompressionError';
}

/**
 * A stream that decompresses. One for zstd must get chunks that `ZstdFrames` cut.
 *
 * @throws {UnreadableCompressionError}
 */
export function makeDecompressStream(compression: Exclude<Compression, 'none'>): ZlibStream {
  if (compression === 'gzip') return zlib.createGunzip(OPTIONS);
  if (compression !== 'zstd') {
    throw new UnreadableCompressionError(`compressed with ${compression}; only gzip and zstd are read`);
  }
  if (createZstdDecompress !== undefined) return createZstdDecompress(OPTIONS);
  const { node } = process.versions;
  throw new UnreadableCompressionError(`compressed with zstd, which Node.js reads from 22.15 on; this is ${node}`);
}

/** Decompresses bytes as they are handed over one by one: all gzip members and zstd frames of them. */
export class Decompressor {
  readonly #compression: Compression;
  readonly #stream: ZlibStream;
  readonly #frames: ZstdFrames | undefined;
  #taken = 0;
  #failure: string | undefined;
  /** Ends the wait for bytes to be decompressed. */
  #wake: (() => void) | undefined;

  /**
   * `onBytes` gets what comes out, piece by piece.
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

  /** Resolves when the bytes are no longer needed. What is wrong with them is told at the end. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (const piece of this.#frames?.split(bytes) ?? [bytes]) await this.#writePiece(piece);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends the bytes; gives what is wrong with them, if anything is. */
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
    // What follows the end is not taken any more.
    if (this.#stream.bytesWritten < this.#taken) return this.#checkRest(piece);
    this.#taken += piece.length;
    await new Promise<void>((resolve) => {
      // After a failure the callback does not come.
      this.#wake = resolve;
      this.#stream.write(piece, () => resolve());
    });
    const rest = this.#taken - this.#stream.bytesWritten;
    if (rest > 0) this.#checkRest(piece.subarray(-rest));
  }

  /** Zeros may fill up a gzip, as gzip itself has it: they are what a tape is padded with. */
  #checkRest(rest: Uint8Array): void {
    if (rest.some((byte) => byte !== 0)) this.#fail(new Error('other bytes follow its end'));
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error.message : String(error);
    this.#wake?.();
  }
}
