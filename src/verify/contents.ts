import { createHash } from 'node:crypto';
import { ContentDigest, type ContentResult } from '../layer/content-digest.js';
import { parseBlobName } from '../oci/blob-name.js';
import { type ImageConfig, readImageConfig } from '../oci/config.js';
import { DocumentError } from '../oci/document.js';
import { ArchiveIndex, type IndexedEntry, plainName } from '../tar/archive-index.js';
import { DocumentBytes, DocumentKeeper, type KeptDocument } from './document-keeper.js';

/** A file with what its bytes turned out to be. */
export interface HashedFile extends IndexedEntry, ContentResult {
  readonly size: number;
  /** The digest by the algorithm that its name tells, if it has the name of a blob and the algorithm is known. */
  readonly blobDigest: string | undefined;
  readonly document: KeptDocument;
}

/** Names that only documents have; others are told by how they begin. */
const DOCUMENT = /^(?:oci-layout|[^/]+\.json)$/;

/** What belongs to a layout. */
const LAYOUT = /^(?:oci-layout|index\.json|blobs(?:\/.*)?)$/s;

export function isFile({ type }: IndexedEntry): boolean {
  return type === 'file' || type === 'contiguous-file';
}

/** The files of an image, each read once. */
export class Contents {
  readonly mismatches: string[] = [];
  readonly notes: string[] = [];
  count = 0;
  readonly #index = new ArchiveIndex<HashedFile>();
  readonly #configs = new Map<HashedFile, ImageConfig | undefined>();
  readonly #keeper = new DocumentKeeper();

  get files(): Iterable<HashedFile> {
    return this.#index.entries;
  }

  /** The entry of this very name, of whatever type. */
  get(name: string): HashedFile | undefined {
    return this.#index.get(name);
  }

  /** The regular file that a name stands for, through links. */
  find(name: string): HashedFile | undefined {
    return this.#index.find(name);
  }

  /** Reads a file to its end. Its chunks may be overwritten when the next is asked for. */
  async sum(entry: IndexedEntry, body: AsyncIterable<Uint8Array>): Promise<HashedFile> {
    const { type, linkName } = entry;
    const name = plainName(entry.name);
    const blob = parseBlobName(name);
    const content = new ContentDigest();
    const sha512 = blob?.algorithm === 'sha512' ? createHash('sha512') : undefined;
    const document = new DocumentBytes(this.#keeper, { isDocument: DOCUMENT.test(name) });
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      document.add(chunk);
      sha512?.update(chunk);
      await content.update(chunk);
    }
    const result = await content.finish();
    const own = blob?.algorithm === 'sha256' ? result.digest : undefined;
    const blobDigest = sha512 === undefined ? own : `sha512:${sha512.digest('hex')}`;
    return { name, type, linkName, size, ...result, blobDigest, document: document.finish() };
  }

  add(file: HashedFile): void {
    this.count++;
    this.#checkKind(file);
    this.#checkRepeated(file);
    this.#checkBlobName(file);
    this.#index.add(file);
  }

  /** Reads a document; what is wrong with it becomes a mismatch. */
  read<T>(file: HashedFile, read: (bytes: Uint8Array) => T): T | undefined {
    if (file.document.kind === 'omitted') {
      this.mismatches.push(`${file.name} ${file.document.why}`);
      return undefined;
    }
    try {
      return read(file.document.bytes);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      this.mismatches.push(`${file.name} ${error.message}`);
      return undefined;
    }
  }

  /** As `read`. Many may share one config. */
  readConfig(file: HashedFile): ImageConfig | undefined {
    if (!this.#configs.has(file)) this.#configs.set(file, this.read(file, readImageConfig));
    return this.#configs.get(file);
  }

  /** Nothing in a layout is a link: whoever follows one may leave it. */
  #checkKind(file: HashedFile): void {
    const { name, type } = file;
    const isFolder = type === 'directory' && parseBlobName(name) === undefined;
    if (!LAYOUT.test(name) || isFile(file) || isFolder || type === 'link' || type === 'unreadable') return;
    const kind = type === 'symlink' ? 'a symbolic link, which is not followed' : `no file, but a ${type}`;
    this.mismatches.push(`${name} is ${kind}`);
  }

  #checkRepeated(file: HashedFile): void {
    const earlier = this.#index.get(file.name);
    if (earlier === undefined) return;
    const same = earlier.type === file.type && earlier.digest === file.digest && earlier.linkName === file.linkName;
    if (!same) this.mismatches.push(`${file.name} is there twice, with different bytes`);
  }

  #checkBlobName(file: HashedFile): void {
    const { name, blobDigest } = file;
    const blob = parseBlobName(name);
    if (blob === undefined || !isFile(file) || blobDigest === undefined) return;
    if (blobDigest !== `${blob.algorithm}:${blob.encoded}`)
      this.mismatches.push(`${name} has the digest ${blobDigest}`);
  }
}
