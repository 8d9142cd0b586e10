import type { FileContent } from '../scan/spec.js';
import { detectCompression, unsupportedCompression } from '../tar/compression.js';
import { BLOCK } from '../tar/header.js';
import { openSource } from './source.js';

/**
 * How the bytes of a ready layer are compressed already, told by its first block.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` for compressions that are not read.
 */
export function foundCompression(content: FileContent): 'none' | 'gzip' {
  const start = new Uint8Array(BLOCK);
  const count = openSource(content).read(start);
  const found = detectCompression(start.subarray(0, count));
  if (found === 'none' || found === 'gzip') return found;
  throw unsupportedCompression(`a layer of ${content.path}`, found);
}
