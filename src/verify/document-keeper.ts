/** Bytes. Larger files are not taken for documents. */
const MAX_DOCUMENT = 8 * 1024 * 1024;
/** Bytes. Documents are kept until all files are read, and take no more than this together. */
const MAX_DOCUMENTS = 64 * 1024 * 1024;

const JSON_SPACE: ReadonlySet<number> = new Set(Buffer.from(' \t\n\r'));
const JSON_START: ReadonlySet<number | undefined> = new Set(Buffer.from('{['));

/** A document's bytes, or why there are none, in words that follow its name. */
export type KeptDocument =
  | { readonly kind: 'kept'; readonly bytes: Uint8Array }
  | { readonly kind: 'omitted'; readonly why: string }
  /** There was no room for it. */
  | { readonly kind: 'unread' };

/** Bounds the bytes of all documents that are kept. */
export class DocumentKeeper {
  #kept = 0;

  /** Reserves bytes; false if there is no room for them. */
  reserve(size: number): boolean {
    if (this.#kept + size > MAX_DOCUMENTS) return false;
    this.#kept += size;
    return true;
  }

  release(size: number): void {
    this.#kept -= size;
  }
}

/** Collects the bytes of one file, if it may be a document. */
export class DocumentBytes {
  readonly #keeper: DocumentKeeper;
  #isDocument: boolean;
  readonly #parts: Uint8Array[] = [];
  #reserved = 0;
  #size = 0;
  #omitted: string | undefined;
  #isCrowded = false;

  /** `isDocument`: the file is known to be a document. Any other file is kept only if it begins like one. */
  constructor(keeper: DocumentKeeper, options: { isDocument: boolean }) {
    this.#keeper = keeper;
    this.#isDocument = options.isDocument;
  }

  /** Copies the bytes. */
  add(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (!this.#isDocument) this.#look(bytes);
    if (this.#omitted !== undefined || this.#isCrowded) return;
    if (this.#size > MAX_DOCUMENT) this.#omit('is too large for a document');
    else if (!this.#keeper.reserve(bytes.length)) {
      this.#isCrowded = true;
      this.#drop();
    } else {
      this.#reserved += bytes.length;
      this.#parts.push(Uint8Array.from(bytes));
    }
  }

  finish(): KeptDocument {
    if (this.#isCrowded) return { kind: 'unread' };
    if (this.#omitted === undefined) return { kind: 'kept', bytes: Buffer.concat(this.#parts) };
    return { kind: 'omitted', why: `${this.#omitted}: ${this.#size} bytes` };
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
    this.#drop();
  }

  #drop(): void {
    this.#parts.length = 0;
    this.#keeper.release(this.#reserved);
    this.#reserved = 0;
  }
}
