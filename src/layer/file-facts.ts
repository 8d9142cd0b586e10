/** What the bytes of an image's file say of it, whether it is a layer or a document. */
import { createHash, type Hash } from 'node:crypto';
import { DocumentBytes, type FoundDocument } from '../oci/document-bytes.js';
import { ContentDigest, type ContentResult } from './content-digest.js';

export interface FactsWanted {
  /** Whether to compute this digest, too. */
  readonly sha512: boolean;
  /** Whether the file is known to be a document; else its first byte shows it. */
  readonly isDocument: boolean;
}

export interface FileFacts extends ContentResult {
  /** `sha512:…`; undefined if it was not asked for. */
  readonly sha512: string | undefined;
  readonly document: FoundDocument;
}

/** Gets a file's bytes one chunk after the other. */
export class FactsReader {
  readonly #content = new ContentDigest();
  readonly #sha512: Hash | undefined;
  readonly #document: DocumentBytes;

  constructor({ sha512, isDocument }: FactsWanted) {
    this.#sha512 = sha512 ? createHash('sha512') : undefined;
    this.#document = new DocumentBytes({ isDocument });
  }

  /** Resolves when the bytes are no longer needed. */
  async update(bytes: Uint8Array): Promise<void> {
    this.#document.add(bytes);
    this.#sha512?.update(bytes);
    await this.#content.update(bytes);
  }

  async finish(): Promise<FileFacts> {
    const content = await this.#content.finish();
    const sha512 = this.#sha512 && `sha512:${this.#sha512.digest('hex')}`;
    return { ...content, sha512, document: this.#document.finish() };
  }
}
