import { parseBlobName } from '../oci/blob-name.js';
import { type ImageConfig, readImageConfig } from '../oci/config.js';
import { DocumentError } from '../oci/document.js';
import { ArchiveIndex, type IndexedEntry } from '../tar/archive-index.js';
import { DocumentKeeper } from './document-keeper.js';
import { type HashedFile, hashFile, isFile } from './hashed-file.js';

/** Names of what belongs to a layout. */
const LAYOUT = /^(?:oci-layout|index\.json|blobs(?:\/.*)?)$/s;

/** The files of an image, each read once, and what was found wrong with them. */
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

  /** The regular file that a name leads to, through links. */
  find(name: string): HashedFile | undefined {
    return this.#index.find(name);
  }

  /** Reads a file to its end, and does not add it. A chunk may be overwritten once the next one is asked for. */
  hash(entry: IndexedEntry, body: AsyncIterable<Uint8Array>): Promise<HashedFile> {
    return hashFile(entry, body, this.#keeper);
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

  /** As `read`, but only once for each file: many images may share one config. */
  readConfig(file: HashedFile): ImageConfig | undefined {
    if (!this.#configs.has(file)) this.#configs.set(file, this.read(file, readImageConfig));
    return this.#configs.get(file);
  }

  /** Nothing in a layout may be a symbolic link: a reader that follows it may leave the layout. */
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
