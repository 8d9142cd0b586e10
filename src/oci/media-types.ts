/**
 * What media types say of a blob (OCI image-spec, media-types.md; Docker's: "Image Manifest Version 2, Schema 2").
 */
import type { CompressionKind } from '../compression/kind.js';

export const IMAGE_INDEX = 'application/vnd.oci.image.index.v1+json';
export const IMAGE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';

const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';

const DOCKER_MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';

/** In release candidates of image-spec 1.1 only, but written by ORAS for a while. */
const ARTIFACT_MANIFEST = 'application/vnd.oci.artifact.manifest.v1+json';

export type DocumentKind = 'index' | 'manifest';

const DOCUMENTS: ReadonlyMap<string, DocumentKind> = new Map([
  [IMAGE_INDEX, 'index'],
  [DOCKER_MANIFEST_LIST, 'index'],
  [IMAGE_MANIFEST, 'manifest'],
  [DOCKER_MANIFEST, 'manifest'],
]);

/** Layers that may be left out, since they must not be passed on. */
const RESTRICTED = /^application\/vnd\.(?:oci\.image\.layer\.nondistributable|docker\.image\.rootfs\.foreign)\./;

const LAYER =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+(?<oci>gzip|zstd))?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.(?<docker>gzip|zstd))?)$/;

/** Undefined for what is neither an index nor the manifest of an image. */
export function documentKind(mediaType: string): DocumentKind | undefined {
  return DOCUMENTS.get(mediaType);
}

/** Whether documents of this type point to other blobs, all in the same few fields. */
export function pointsToBlobs(mediaType: string): boolean {
  return DOCUMENTS.has(mediaType) || mediaType === ARTIFACT_MANIFEST;
}

/** Whether it is the config of an image, and not of another artifact. */
export function isImageConfig(mediaType: string): boolean {
  return mediaType === IMAGE_CONFIG || mediaType === DOCKER_CONFIG;
}

export function isRestrictedLayer(mediaType: string): boolean {
  return RESTRICTED.test(mediaType);
}

export function layerMediaType(compression: CompressionKind): string {
  return compression === 'none' ? OCI_LAYER : `${OCI_LAYER}+${compression}`;
}

/** How a layer of this media type is compressed; undefined for what is no layer. */
export function layerCompression(mediaType: string): CompressionKind | undefined {
  const groups = LAYER.exec(mediaType)?.groups;
  if (groups === undefined) return undefined;
  const { oci, docker } = groups;
  const name = oci ?? docker;
  return name === 'gzip' || name === 'zstd' ? name : 'none';
}
