import { createHash } from 'node:crypto';
import { ContentDigest, type ContentResult } from '../layer/content-digest.js';
import { parseBlobName } from '../oci/blob-name.js';
import { type IndexedEntry, plainName } from '../tar/archive-index.js';
import { DocumentBytes, type DocumentKeeper, type KeptDocument } from './document-keeper.js';

/** A file and what was computed from its bytes. */
export interface HashedFile extends IndexedEntry, ContentResult {
  /** Computed by the algorithm in its name, if it has the name of a blob and the algorithm is known. */
  readonly blobDigest: string | undefined;
  readonly document: KeptDocument;
}

/** Names that only documents have. Whether other files are documents depends on their first byte. */
const DOCUMENT = /^(?:oci-layout|[^/]+\.json)$/;

export function isFile({ type }: IndexedEntry): boolean {
  return type === 'file' || type === 'contiguous-file';
}

/** Reads a file to its end. A chunk of `body` may be overwritten once the next one is asked for. */
export async function hashFile(
  entry: IndexedEntry,
  body: AsyncIterable<Uint8Array>,
  keeper: DocumentKeeper,
): Promise<HashedFile> {
  const { type, linkName } = entry;
  const name = plainName(entry.name);
  const blob = parseBlobName(name);
  const content = new ContentDigest();
  const sha512 = blob?.algorithm === 'sha512' ? createHash('sha512') : undefined;
  const document = new DocumentBytes(keeper, { isDocument: DOCUMENT.test(name) });
  for await (const chunk of body) {
    document.add(chunk);
    sha512?.update(chunk);
    await content.update(chunk);
  }
  const result = await content.finish();
  const sha256 = blob?.algorithm === 'sha256' ? result.digest : undefined;
  const blobDigest = sha512 === undefined ? sha256 : `sha512:${sha512.digest('hex')}`;
  return { name, type, linkName, ...result, blobDigest, document: document.finish() };
}
