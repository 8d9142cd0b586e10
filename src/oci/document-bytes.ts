import { exactCount } from '../ground/format.js';

/** Bytes. Larger files are not taken for documents. */
const MAX_DOCUMENT = 8 * 1024 * 1024;

const JSON_SPACE: ReadonlySet<number> = new Set(Buffer.from(' \t\n\r'));
const JSON_START: ReadonlySet<number | undefined> = new Set(Buffer.from('{['));

/** A document's bytes, or why there are none, in words that follow its name. */
export type FoundDocument =
  | { readonly kind: 'kept'; readonly bytes: Uint8Array }
  | { readonly kind: 'omitted'; readonly why: string };

/** Collects the bytes of one file, if it may be a document. */
export class DocumentBytes {
  #isDocument: boolean;
  readonly #parts: Uint8Array[] = [];
  #size = 0;
  #omitted: string | undefined;

  /** `isDocument`: the file is known to be a document. Any other file is kept only if it begins like one. */
  constructor({ isDocument }: { readonly isDocument: boolean }) {
    this.#isDocument = isDocument;
  }

  /** Copies the bytes. */
  add(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (!this.#isDocument) this.#look(bytes);
    if (this.#omitted !== undefined) return;
    if (this.#size > MAX_DOCUMENT) this.#omit('is too large for a document');
    else this.#parts.push(Uint8Array.from(bytes));
  }

  finish(): FoundDocument {
    if (this.#omitted === undefined) return { kind: 'kept', bytes: Buffer.concat(this.#parts) };
    return { kind: 'omitted', why: `${this.#omitted}: ${exactCount(this.#size, 'byte')}` };
  }

  /** All documents are objects or lists. Compressed files begin with other bytes, and so do nearly all tars. */
  #look(bytes: Uint8Array): void {
    const first = bytes.find((byte) => !JSON_SPACE.has(byte));
    if (first === undefined) return;
    if (!JSON_START.has(first)) this.#omit('is no JSON document');
    this.#isDocument = true;
  }

  #omit(why: string): void {
    this.#omitted ??= why;
    this.#parts.length = 0;
  }
}
