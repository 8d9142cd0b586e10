import { type Digest, finishDigest } from '../oci/digest.js';
import type { LayerContent } from './source.js';
import { SummedSource, type SumOptions } from './summed-source.js';

/** The layer's diffID: the digest of its tar. */
export function digestLayer(content: LayerContent, options: SumOptions = {}): Digest {
  const source = new SummedSource(content, options);
  try {
    source.skip(source.rest);
    return finishDigest(source.hash);
  } finally {
    source.close();
  }
}
