import type { FactsWanted, FileFacts } from '../layer/file-facts.js';
import { parseBlobName } from '../oci/blob-name.js';
import type { FoundDocument } from '../oci/document-bytes.js';
import { type IndexedEntry, plainName } from '../tar/archive-index.js';

/** A file and what was computed from its bytes. */
export interface HashedFile extends IndexedEntry, Omit<FileFacts, 'sha512' | 'document'> {
  /** Computed by the algorithm in its name, if it has the name of a blob and the algorithm is known. */
  readonly blobDigest: string | undefined;
  readonly document: KeptDocument;
}

export type KeptDocument =
  | FoundDocument
  /** There was no room for it. */
  | { readonly kind: 'unread' };

/** Names that only documents have. Whether other files are documents depends on their first byte. */
const DOCUMENT = /^(?:oci-layout|[^/]+\.json)$/;

export function isFile({ type }: IndexedEntry): boolean {
  return type === 'file' || type === 'contiguous-file';
}

/** What has to be computed from the bytes of a file of this name. */
export function wantedOf({ name }: IndexedEntry): FactsWanted {
  const plain = plainName(name);
  return { sha512: parseBlobName(plain)?.algorithm === 'sha512', isDocument: DOCUMENT.test(plain) };
}

export function hashedFile(entry: IndexedEntry, { sha512, ...facts }: FileFacts, document: KeptDocument): HashedFile {
  const { type, linkName } = entry;
  const name = plainName(entry.name);
  const isSha256 = parseBlobName(name)?.algorithm === 'sha256';
  return { name, type, linkName, ...facts, blobDigest: sha512 ?? (isSha256 ? facts.digest : undefined), document };
}
