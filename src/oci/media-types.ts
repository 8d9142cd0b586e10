/**
 * What descriptors say that they point to (OCI image-spec, media-types.md; Docker's: "Image Manifest Version 2,
 * Schema 2").
 */
import type { CompressionKind } from '../compression/setting.js';

export const IMAGE_INDEX = 'application/vnd.oci.image.index.v1+json';
export const IMAGE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';

const LAYER = 'application/vnd.oci.image.layer.v1.tar';

/** Media types of documents that point to other blobs, all in the same few fields. */
const MANIFESTS: ReadonlySet<string> = new Set([
  IMAGE_INDEX,
  IMAGE_MANIFEST,
  // In release candidates of image-spec 1.1 only, but written by ORAS for a while.
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);

export function layerMediaType(compression: CompressionKind): string {
  return compression === 'none' ? LAYER : `${LAYER}+${compression}`;
}

/** Whether documents of this type are known to point to other blobs, and how. */
export function isManifestType(mediaType: string): boolean {
  return MANIFESTS.has(mediaType);
}
