import { type Digest, finishDigest } from '../oci/digest.js';
import { type HashingOptions, HashingSource } from './hashing-source.js';
import type { LayerContent } from './source.js';

/** The layer's diffID: the digest of its tar. */
export function digestLayer(content: LayerContent, options: HashingOptions = {}): Digest {
  const source = new HashingSource(content, options);
  try {
    source.skip(source.rest);
    return finishDigest(source.hash);
  } finally {
    source.close();
  }
}
