import type { BlockCodec } from './block-codec.js';
import { gzipCodec } from './gzip.js';
import type { CodecSetting } from './setting.js';
import { zstdCodec } from './zstd.js';

/** @throws {LayerstreamError} `USAGE` for zstd if this Node.js has none. */
export function makeCodec(setting: CodecSetting): BlockCodec {
  return setting.kind === 'gzip' ? gzipCodec(setting.level) : zstdCodec(setting.level);
}
