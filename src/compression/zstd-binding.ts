import zlib from 'node:zlib';
import { LayerstreamError } from '../ground/errors.js';

/** What is used of the zstd of Node.js. */
export interface ZstdBinding {
  zstdCompressSync(
    bytes: Uint8Array,
    options: { readonly params: Readonly<Record<number, number>>; readonly chunkSize: number },
  ): Uint8Array;
  readonly constants: { readonly ZSTD_c_compressionLevel: number };
}

/**
 * The zstd of this Node.js.
 *
 * @throws {LayerstreamError} `USAGE` where it has none.
 */
export function zstdBinding(): ZstdBinding {
  // The types are those of the oldest Node.js that is supported, which has no zstd.
  const { zstdCompressSync, constants } = zlib as typeof zlib & Partial<ZstdBinding>;
  if (zstdCompressSync !== undefined) return { zstdCompressSync, constants };
  throw new LayerstreamError('USAGE', `this Node.js, ${process.version}, has no zstd`, {
    hint: 'Use Node.js 22.15 or newer (of 23, 23.8 or newer), or gzip.',
  });
}
