/**
 * Checks a docker-archive: every claim it makes is computed anew from its bytes, and all that does not hold is told
 * together.
 */
import type { Readable } from 'node:stream';
import { LayerstreamError, systemCode, systemReason } from '../errors.js';
import { ContentDigest, type ContentResult } from '../layer/content-digest.js';
import { type Digest, hexOf } from '../oci/digest.js';
import { readManifest } from '../oci/docker-documents.js';
import { type ArchiveEntry, readArchive } from '../tar/archive.js';
import { ArchiveIndex, plainName } from '../tar/archive-index.js';
import { decompress } from '../tar/compression.js';
import { checkImage, tryRead } from './image-claims.js';

export interface VerifyReport {
  readonly images: readonly VerifiedImage[];
  /** Entries of the archive. */
  readonly entries: number;
  /** What does not hold; empty for a good archive. */
  readonly mismatches: readonly string[];
}

export interface VerifiedImage {
  readonly repoTags: readonly string[];
  /** Digest of the image config as it is in the archive; undefined where that is missing. */
  readonly imageId: Digest | undefined;
  readonly layers: readonly { readonly name: string; readonly diffId: Digest | undefined; readonly size: number }[];
}

/** An entry with what its bytes turned out to be. */
export interface SummedEntry extends ArchiveEntry, ContentResult {
  /** The body of an entry that may be a document. */
  readonly bytes: Uint8Array | undefined;
}

/** Larger entries are no documents. */
const MAX_DOCUMENT = 8 * 1024 * 1024;
/** Documents are kept until the archive's end, and together take no more than this. */
const MAX_DOCUMENTS = 64 * 1024 * 1024;

/**
 * Reads an archive, plain or gzipped, once. `name` is for messages.
 *
 * @throws {LayerstreamError} `ARCHIVE_INVALID` where it is no tar or ends too early, `INPUT_INVALID` where it is
 * compressed in a way that is not read, `READ_FAILED` where it cannot be read at all.
 */
export async function verifyArchive(input: Readable, name = 'archive'): Promise<VerifyReport> {
  const contents = new Contents();
  try {
    await readArchive(await decompress(input, name), (entry, body) => contents.add(entry, body));
  } catch (error) {
    throw named(error, name);
  }
  const { mismatches } = contents;
  const manifest = contents.find('manifest.json');
  if (manifest === undefined) mismatches.push('manifest.json is missing');
  const items = tryRead(manifest, readManifest, mismatches) ?? [];
  const images = items.map((item) => checkImage(item, (entry) => contents.find(entry), mismatches));
  return { images, entries: contents.count, mismatches };
}

/** The error with the archive's name. */
function named(error: unknown, name: string): unknown {
  if (error instanceof LayerstreamError) {
    if (error.code !== 'ARCHIVE_INVALID') return error;
    return new LayerstreamError(error.code, `${name} is ${error.message}`, { path: name, cause: error.cause });
  }
  if (systemCode(error) === undefined) return error;
  const message = `${name} cannot be read: ${systemReason(error)}`;
  return new LayerstreamError('READ_FAILED', message, { path: name, cause: error });
}

class Contents {
  readonly mismatches: string[] = [];
  count = 0;
  readonly #index = new ArchiveIndex<SummedEntry>();
  #kept = 0;

  find(name: string): SummedEntry | undefined {
    return this.#index.find(name);
  }

  async add(entry: ArchiveEntry, body: AsyncIterable<Uint8Array>): Promise<void> {
    this.count++;
    const sum = new ContentDigest();
    const parts = this.#mayBeDocument(entry) ? ([] as Uint8Array[]) : undefined;
    for await (const chunk of body) {
      parts?.push(chunk);
      await sum.update(chunk);
    }
    const bytes = parts === undefined ? undefined : Buffer.concat(parts);
    this.#kept += bytes?.length ?? 0;
    const summed = { ...entry, ...(await sum.finish()), bytes };
    this.#checkRepeated(summed);
    this.#checkBlobName(summed);
    this.#index.add(summed);
  }

  #mayBeDocument(entry: ArchiveEntry): boolean {
    const named = entry.name.endsWith('.json') || plainName(entry.name).startsWith('blobs/');
    return named && entry.size <= MAX_DOCUMENT && this.#kept + entry.size <= MAX_DOCUMENTS;
  }

  #checkRepeated(entry: SummedEntry): void {
    const earlier = this.#index.get(entry.name);
    if (earlier === undefined) return;
    const same = earlier.type === entry.type && earlier.digest === entry.digest && earlier.linkName === entry.linkName;
    if (!same) this.mismatches.push(`${entry.name} is there twice, with different bytes`);
  }

  /** Newer Docker names blobs by their digest (OCI image-layout, "Blobs"). */
  #checkBlobName(entry: SummedEntry): void {
    const hex = /^blobs\/sha256\/([\da-f]{64})$/.exec(plainName(entry.name))?.[1];
    if (hex === undefined || entry.type !== 'file' || hexOf(entry.digest) === hex) return;
    this.mismatches.push(`${entry.name} has the digest ${entry.digest}`);
  }
}
