import { GZIP_BLOCK_SIZE } from './gzip.js';
import type { CompressionSetting } from './setting.js';
import { ZSTD_BLOCK_SIZE } from './zstd.js';

/** To be raised with whatever changes the bytes of a blob and is not named in the identity. */
const FORMAT = 1;

/**
 * Names all that the bytes of a blob depend on beside those of the layer: equal texts, equal blobs. For keys of caches.
 *
 * The libraries choose code by the processor, and promise no bytes. All of one architecture that are in use have what
 * they ask for, so the architecture stands for it.
 */
export function compressionIdentity(setting: CompressionSetting): string {
  if (setting.kind === 'none') return 'none';
  const { zlib, zstd } = process.versions;
  const [block, library] =
    setting.kind === 'gzip' ? [GZIP_BLOCK_SIZE, `zlib=${zlib}`] : [ZSTD_BLOCK_SIZE, `zstd=${zstd}`];
  return `${setting.kind} level=${setting.level} block=${block} format=${FORMAT} ${library} arch=${process.arch}`;
}
