import type { FoundDocument } from '../oci/document-bytes.js';
import type { KeptDocument } from './hashed-file.js';

/** Bytes. Documents are kept until all files are read, and take no more than this together. */
const MAX_DOCUMENTS = 64 * 1024 * 1024;

/** Bounds the bytes of all documents that are kept. */
export class DocumentKeeper {
  #kept = 0;

  keep(document: FoundDocument): KeptDocument {
    if (document.kind !== 'kept') return document;
    if (this.#kept + document.bytes.length > MAX_DOCUMENTS) return { kind: 'unread' };
    this.#kept += document.bytes.length;
    return document;
  }
}
