import { join } from 'node:path';
import { lstatIfThere } from '../files/stat.js';
import { commitFile } from '../files/whole-file.js';
import { blobName } from '../oci/blob-name.js';
import type { BlobId } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';

export function blobPath(layout: string, digest: Digest): string {
  return join(layout, blobName(digest));
}

/** Whether a blob is there, as a regular file of the right size. Its bytes are not read. */
export function isBlobThere(layout: string, { digest, size }: BlobId): boolean {
  const stat = lstatIfThere(blobPath(layout, digest));
  return stat?.isFile() === true && stat.size === size;
}

/**
 * Makes a file a blob. Its bytes are on disk before it has its name: what is in `blobs` is whole, even after a crash
 * of the machine, so that its size is enough to trust it. (The names themselves need not be safe before the index is.)
 * A blob that is there is replaced: both are equal, unless the old one is broken.
 */
export async function commitBlobFile(layout: string, path: string, digest: Digest): Promise<void> {
  await commitFile(path, blobPath(layout, digest));
}
