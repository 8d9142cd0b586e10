/** What keeps things from being checked. */
import type { Compression } from '../tar/compression.js';
import type { Gap } from './findings.js';

/** Layers whose tar cannot be had. */
export function compressedLayers(compression: Compression): Gap {
  const why = compression === 'zstd' ? 'needs Node.js 22.15 or newer' : 'only gzip and zstd are read';
  return { one: `${compression} layer`, many: `${compression} layers`, why };
}

/** Layers of which nobody can say how their tar is packed. */
export function unknownLayers(mediaType: string): Gap {
  return { one: 'layer', many: 'layers', why: `the media type ${mediaType} is not known` };
}

/** What an index lists beside images and indexes. */
export function unknownDocuments(mediaType: string): Gap {
  return { one: 'document', many: 'documents', why: `the media type ${mediaType} is not known` };
}

export function unknownDigests(algorithm: string): Gap {
  const many = `blobs with ${algorithm} digests`;
  return { one: `blob with a ${algorithm} digest`, many, why: 'only sha256 and sha512 are known' };
}

export const TOO_MANY_DOCUMENTS: Gap = {
  one: 'document',
  many: 'documents',
  why: 'all documents together are too large',
};
