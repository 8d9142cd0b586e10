/** Names of blobs in a layout (OCI image-spec, image-layout.md, "Blobs"). */

/** The parts of a blob's name, which are those of its digest. */
export interface BlobName {
  readonly algorithm: string;
  readonly encoded: string;
}

/** `blobs/sha256/…`, for a digest of any algorithm. */
export function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** Undefined for a name that no blob can have. */
export function parseBlobName(name: string): BlobName | undefined {
  const [, algorithm, encoded] = /^blobs\/([a-z\d]+(?:[+._-][a-z\d]+)*)\/([a-zA-Z\d=_-]+)$/.exec(name) ?? [];
  return algorithm === undefined || encoded === undefined ? undefined : { algorithm, encoded };
}
