import { JsonNumber, type JsonObject } from '../ground/json/value.js';
import { type Digest, hexOf } from './digest.js';
import { object } from './document.js';

/** What identifies a blob: who knows its digest can check it, and the size tells when to stop. */
export interface BlobId {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Points to a blob (OCI image-spec, descriptor.md). */
export interface Descriptor extends BlobId {
  readonly mediaType: string;
  /** What an image runs on (OCI image-spec, image-index.md); for entries of an index. */
  readonly platform?: Platform;
}

export interface Platform {
  /** As Go names it: `amd64`, `arm64`, … */
  readonly architecture: string;
  readonly os: 'linux';
  readonly variant?: string;
}

/** 64-bit ARM has one variant (OCI image-spec, image-index.md, "Platform Variants"); confs tell no other's. */
const VARIANTS: ReadonlyMap<string, string> = new Map([['arm64', 'v8']]);

export function platformOf(architecture: string): Platform {
  const variant = VARIANTS.get(architecture);
  return { architecture, os: 'linux', ...(variant === undefined ? {} : { variant }) };
}

export function descriptorObject({ mediaType, digest, size, platform }: Descriptor): JsonObject {
  const fields = { mediaType, digest, size: new JsonNumber(String(size)) };
  return object(platform === undefined ? fields : { ...fields, platform: object({ ...platform }) });
}

/** Where a blob lies in a layout (OCI image-spec, image-layout.md, "Blobs"). */
export function blobName(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}
