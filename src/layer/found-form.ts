import type { FileForm, FilePart } from '../scan/spec.js';
import { detectCompression, unsupportedCompression } from '../tar/compression.js';
import { BLOCK } from '../tar/header.js';
import { FileSource } from './file-source.js';

/**
 * How a part of a file holds a layer's tar. Its first block shows that.
 *
 * @throws {LayerstreamError} `INPUT_INVALID` for compressions that are not read, `READ_FAILED`, `PATH_CHANGED`
 */
export function foundForm(part: FilePart): FileForm {
  const start = new Uint8Array(BLOCK);
  const count = new FileSource(part).read(start);
  const found = detectCompression(start.subarray(0, count));
  if (found === 'none') return 'tar';
  if (found === 'gzip') return 'gzip';
  throw unsupportedCompression(`a layer of ${part.path}`, found);
}
