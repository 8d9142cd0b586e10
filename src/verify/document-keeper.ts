/** Larger files are no documents. */
const MAX_DOCUMENT = 8 * 1024 * 1024;
/** Documents are kept until all is read, and together take no more than this. */
const MAX_DOCUMENTS = 64 * 1024 * 1024;

const JSON_SPACE: ReadonlySet<number> = new Set(Buffer.from(' \t\n\r'));
const JSON_START: ReadonlySet<number | undefined> = new Set(Buffer.from('{['));

/** A document's bytes, or why there are none, in words that follow its name. */
export type KeptDocument =
  | { readonly kind: 'kept'; readonly bytes: Uint8Array }
  | { readonly kind: 'omitted'; readonly why: string };

/** Keeps the bytes of what may be documents, up to a bound. */
export class DocumentKeeper {
  #kept = 0;

  /** Whether there was room for so many bytes more. */
  reserve(size: number): boolean {
    if (this.#kept + size > MAX_DOCUMENTS) return false;
    this.#kept += size;
    return true;
  }

  release(size: number): void {
    this.#kept -= size;
  }
}

/** The bytes of one file as they come. */
export class DocumentBytes {
  readonly #keeper: DocumentKeeper;
  #isDocument: boolean;
  readonly #parts: Uint8Array[] = [];
  #reserved = 0;
  #size = 0;
  #omitted: string | undefined;

  /** What is no document for sure is kept only if it begins like one. */
  constructor(keeper: DocumentKeeper, options: { isDocument: boolean }) {
    this.#keeper = keeper;
    this.#isDocument = options.isDocument;
  }

  /** The bytes may be overwritten afterwards. */
  add(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (!this.#isDocument) this.#look(bytes);
    if (this.#omitted !== undefined) return;
    if (this.#size > MAX_DOCUMENT) this.#omit('is too large for a document');
    else if (!this.#keeper.reserve(bytes.length)) this.#omit('is not read, since all documents together are too large');
    else {
      this.#reserved += bytes.length;
      this.#parts.push(Uint8Array.from(bytes));
    }
  }

  finish(): KeptDocument {
    if (this.#omitted === undefined) return { kind: 'kept', bytes: Buffer.concat(this.#parts) };
    return { kind: 'omitted', why: `${this.#omitted}: ${this.#size} bytes` };
  }

  /** All documents are objects or lists; what is compressed begins otherwise, and so do nearly all tars. */
  #look(bytes: Uint8Array): void {
    const first = bytes.find((byte) => !JSON_SPACE.has(byte));
    if (first === undefined) return;
    if (!JSON_START.has(first)) this.#omit('is no JSON document');
    this.#isDocument = true;
  }

  #omit(why: string): void {
    this.#omitted ??= why;
    this.#parts.length = 0;
    this.#keeper.release(this.#reserved);
    this.#reserved = 0;
  }
}
