import { LayerstreamError } from '../errors.js';
import { type Digest, finishDigest, startDigest } from '../oci/digest.js';
import { type LayerContent, openSource } from './source.js';

/** Fits a core's own cache, so that bytes just read are hashed from there. */
const CHUNK_SIZE = 256 * 1024;

export interface SumOptions {
  /** Sums only so many bytes from the layer's start; all of them by default. */
  readonly bytes?: number;
  /** Told the bytes of each chunk that was summed. */
  readonly onBytes?: (count: number) => void;
}

/** The layer's diffID: the digest of its tar. */
export function digestLayer(content: LayerContent, options: SumOptions = {}): Digest {
  return finishDigest(sumLayer(content, options));
}

/** Reads a layer through the byte source into a hash, which is given back still open. */
export function sumLayer(content: LayerContent, options: SumOptions = {}): ReturnType<typeof startDigest> {
  const hash = startDigest();
  const chunk = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  const source = openSource(content);
  let rest = options.bytes ?? content.size;
  try {
    while (rest > 0) {
      const count = source.read(chunk.subarray(0, Math.min(rest, CHUNK_SIZE)));
      if (count === 0) throw new LayerstreamError('INTERNAL', `a layer ended ${rest} bytes before its size`);
      hash.update(chunk.subarray(0, count));
      rest -= count;
      options.onBytes?.(count);
    }
  } finally {
    source.close();
  }
  return hash;
}
