import { LayerstreamError } from '../ground/errors.js';
import type { FileForm, FilePart } from '../scan/spec.js';
import { detectCompression } from '../tar/compression.js';
import { layerCompressionFault } from '../tar/decompress.js';
import { BLOCK } from '../tar/header.js';
import { FileSource } from './file-source.js';

/**
 * How a part of a file holds a layer's tar. Its first block shows that.
 *
 * @param what Names the layer in messages.
 * @throws {LayerstreamError} `INPUT_INVALID` for compressions that are not read, `READ_FAILED`, `PATH_CHANGED`
 */
export function foundForm(part: FilePart, what: string): FileForm {
  const start = new Uint8Array(BLOCK);
  const count = new FileSource(part).read(start);
  const found = detectCompression(start.subarray(0, count));
  const fault = layerCompressionFault(found);
  if (fault !== undefined) {
    throw new LayerstreamError('INPUT_INVALID', `${what} is ${fault}`, {
      path: part.path,
      hint: 'Copy the image with `skopeo copy … docker-archive:FILE`, which stores layers as they are uncompressed.',
    });
  }
  return found === 'gzip' || found === 'zstd' ? found : 'tar';
}
