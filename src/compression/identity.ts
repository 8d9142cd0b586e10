import { GZIP_BLOCK_SIZE } from './gzip.js';
import type { CompressionSetting } from './setting.js';
import { ZSTD_BLOCK_SIZE } from './zstd.js';

/** Raise it with any change to the bytes of a blob that the rest of the identity does not show. */
const FORMAT = 1;

/**
 * Names all that the bytes of a blob depend on, other than the bytes of the layer: equal identities, equal blobs. It is
 * part of cache keys.
 *
 * The libraries choose code by the features of the processor, and do not promise that all of it gives the same bytes.
 * All processors of one architecture that are in use have the features, so the architecture is enough.
 */
export function compressionIdentity(setting: CompressionSetting): string {
  if (setting.kind === 'none') return 'none';
  const { zlib, zstd } = process.versions;
  const [block, library] =
    setting.kind === 'gzip' ? [GZIP_BLOCK_SIZE, `zlib=${zlib}`] : [ZSTD_BLOCK_SIZE, `zstd=${zstd}`];
  return `${setting.kind} level=${setting.level} block=${block} format=${FORMAT} ${library} arch=${process.arch}`;
}
