/** What media types say of a blob (OCI image-spec, media-types.md; Docker image manifest v2, schema 2). */
import type { Compression } from '../tar/compression.js';

export type DocumentKind = 'index' | 'manifest';

const DOCUMENTS: Readonly<Record<string, DocumentKind>> = {
  'application/vnd.oci.image.index.v1+json': 'index',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'index',
  'application/vnd.oci.image.manifest.v1+json': 'manifest',
  'application/vnd.docker.distribution.manifest.v2+json': 'manifest',
};

const CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** Layers that may be left out, since they must not be passed on. */
const RESTRICTED = /^application\/vnd\.(?:oci\.image\.layer\.nondistributable|docker\.image\.rootfs\.foreign)\./;

const LAYER =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+(?<oci>gzip|zstd))?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.(?<docker>gzip|zstd))?)$/;

/** Undefined for what is neither an index nor a manifest. */
export function documentKind(mediaType: string): DocumentKind | undefined {
  return Object.hasOwn(DOCUMENTS, mediaType) ? DOCUMENTS[mediaType] : undefined;
}

/** Whether it is the config of an image, and not of another artifact. */
export function isImageConfig(mediaType: string): boolean {
  return CONFIGS.has(mediaType);
}

export function isRestrictedLayer(mediaType: string): boolean {
  return RESTRICTED.test(mediaType);
}

/** How a layer of this media type is compressed; undefined for what is no layer. */
export function layerCompression(mediaType: string): Compression | undefined {
  const groups = LAYER.exec(mediaType)?.groups;
  if (groups === undefined) return undefined;
  const { oci, docker } = groups;
  const name = oci ?? docker;
  return name === 'gzip' || name === 'zstd' ? name : 'none';
}
