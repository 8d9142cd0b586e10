/**
 * A codec compresses a blob in blocks of a fixed size, each by itself and in any order or thread; so the bytes are the
 * same however many threads there are. What stands around the blocks is kept by a frame.
 */
import { gzipCodec } from './gzip.js';
import type { CodecSetting } from './setting.js';
import { zstdCodec } from './zstd.js';

export interface BlockCodec {
  /** Bytes of each block before it is compressed; the last may have fewer, and none has 0. */
  readonly blockSize: number;
  /** How many of the bytes before a block its compression looks back upon. */
  readonly dictionarySize: number;
  /**
   * Gives the block's share of the blob, in a buffer of its own.
   *
   * @param dictionary The `dictionarySize` bytes before it; undefined for the first block.
   */
  compress(block: Uint8Array, dictionary: Uint8Array | undefined): Uint8Array;
  /** Begins a blob. */
  startFrame(): BlobFrame;
}

/** What stands around the blocks of one blob. */
export interface BlobFrame {
  /** Stands before the first block. */
  readonly head: Uint8Array;
  /** To be told all bytes of the blob before they are compressed, in order. */
  update(bytes: Uint8Array): void;
  /** Stands behind the last block, and alone makes a valid blob if there was none. */
  tail(): Uint8Array;
}

/** @throws {LayerstreamError} `USAGE` for zstd where this Node.js has none. */
export function makeCodec(setting: CodecSetting): BlockCodec {
  return setting.kind === 'gzip' ? gzipCodec(setting.level) : zstdCodec(setting.level);
}
