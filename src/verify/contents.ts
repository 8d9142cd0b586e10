import { FactsReader, type FileFacts } from '../layer/file-facts.js';
import { parseBlobName } from '../oci/blob-name.js';
import { type ImageConfig, readImageConfig } from '../oci/config.js';
import { DocumentError } from '../oci/document.js';
import { ArchiveIndex, type IndexedEntry } from '../tar/archive-index.js';
import type { FactsFound } from '../threads/tasks/facts.js';
import { timeFaults } from './config-claims.js';
import { DocumentKeeper } from './document-keeper.js';
import { Findings } from './findings.js';
import { TOO_MANY_DOCUMENTS } from './gaps.js';
import { type HashedFile, hashedFile, isFile, wantedOf } from './hashed-file.js';

/** Names of what belongs to a layout. */
const LAYOUT = /^(?:oci-layout|index\.json|blobs(?:\/.*)?)$/s;

/** The files of an image, each read once, and what was found wrong with them. */
export class Contents {
  readonly findings = new Findings();
  count = 0;
  readonly #index = new ArchiveIndex<HashedFile>();
  readonly #configs = new Map<HashedFile, ImageConfig | undefined>();
  readonly #keeper = new DocumentKeeper();
  readonly #damaged = new Set<HashedFile>();

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
  async hash(entry: IndexedEntry, body: AsyncIterable<Uint8Array>): Promise<HashedFile> {
    const reader = new FactsReader(wantedOf(entry));
    for await (const chunk of body) await reader.update(chunk);
    return this.#keep(entry, await reader.finish());
  }

  /** What a thread found, which is not added. */
  async fileOf(entry: IndexedEntry, found: FactsFound): Promise<HashedFile> {
    if (found.kind === 'read') return this.#keep(entry, found.facts);
    if (found.kind === 'irregular') return this.withoutBytes({ ...entry, type: 'device' });
    this.findings.mismatches.push(`${entry.name} cannot be read: ${found.why}`);
    return this.withoutBytes({ ...entry, type: 'unreadable' });
  }

  /** An entry that is no file. */
  withoutBytes(entry: IndexedEntry): Promise<HashedFile> {
    return this.hash(entry, nothing());
  }

  add(file: HashedFile): void {
    this.count++;
    this.#checkKind(file);
    this.#checkRepeated(file);
    this.#checkBlobName(file);
    this.#index.add(file);
  }

  /** Whether a blob has another digest than its name says. */
  isDamaged(file: HashedFile): boolean {
    return this.#damaged.has(file);
  }

  /** Reads a document; what is wrong with it becomes a mismatch. */
  read<T>(file: HashedFile, read: (bytes: Uint8Array) => T): T | undefined {
    const { name, document } = file;
    if (document.kind === 'unread') {
      this.findings.leaveOut(TOO_MANY_DOCUMENTS, name);
      return undefined;
    }
    if (document.kind === 'omitted') {
      this.findings.mismatches.push(`${name} ${document.why}`);
      return undefined;
    }
    try {
      return read(document.bytes);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      this.findings.mismatches.push(`${name} ${error.message}`);
      return undefined;
    }
  }

  /** As `read`, but only once for each file: many images may share one config. */
  readConfig(file: HashedFile): ImageConfig | undefined {
    if (!this.#configs.has(file)) {
      const config = this.read(file, readImageConfig);
      this.#configs.set(file, config);
      const faults = config === undefined ? [] : (this.read(file, timeFaults) ?? []);
      for (const fault of faults) this.findings.mismatches.push(`${file.name} ${fault}`);
    }
    return this.#configs.get(file);
  }

  #keep(entry: IndexedEntry, facts: FileFacts): HashedFile {
    return hashedFile(entry, facts, this.#keeper.keep(facts.document));
  }

  /** Nothing in a layout may be a symbolic link: a reader that follows it may leave the layout. */
  #checkKind(file: HashedFile): void {
    const { name, type } = file;
    const isFolder = type === 'directory' && parseBlobName(name) === undefined;
    if (!LAYOUT.test(name) || isFile(file) || isFolder || type === 'link' || type === 'unreadable') return;
    const kind = type === 'symlink' ? 'a symbolic link, which is not followed' : `no file, but a ${type}`;
    this.findings.mismatches.push(`${name} is ${kind}`);
  }

  #checkRepeated(file: HashedFile): void {
    const earlier = this.#index.get(file.name);
    if (earlier === undefined) return;
    const same = earlier.type === file.type && earlier.digest === file.digest && earlier.linkName === file.linkName;
    if (!same) this.findings.mismatches.push(`${file.name} is there twice, with different bytes`);
  }

  #checkBlobName(file: HashedFile): void {
    const { name, blobDigest } = file;
    const blob = parseBlobName(name);
    if (blob === undefined || !isFile(file) || blobDigest === undefined) return;
    if (blobDigest === `${blob.algorithm}:${blob.encoded}`) return;
    this.#damaged.add(file);
    this.findings.mismatches.push(`${name} has the digest ${blobDigest}`);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
