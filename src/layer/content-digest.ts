import { type Digest, finishDigest, startDigest } from '../oci/digest.js';
import { type Compression, detectCompression, MAGIC_LENGTH } from '../tar/compression.js';
import { Decompressor, UnreadableCompressionError } from '../tar/decompress.js';

/**
 * The digest of bytes as they are handed over one by one, and of what they hold if they are compressed: a layer's
 * digest and its diffID (OCI image-spec, "Layer DiffID").
 */
export class ContentDigest {
  readonly #raw = startDigest();
  readonly #plain = startDigest();
  #size = 0;
  #plainSize = 0;
  #compression: Compression = 'none';
  #decompressor: Decompressor | undefined;
  #failure: string | undefined;
  /** The first bytes, until there are enough of them to tell how they are compressed. */
  #start: Uint8Array | undefined = new Uint8Array(0);

  /** Resolves when the bytes are no longer needed. */
  async update(bytes: Uint8Array): Promise<void> {
    this.#raw.update(bytes);
    this.#size += bytes.length;
    if (this.#start === undefined) return this.#decompressor?.write(bytes);
    const start = this.#start.length === 0 ? bytes : Buffer.concat([this.#start, bytes]);
    if (start.length >= MAGIC_LENGTH) return this.#begin(start);
    this.#start = Uint8Array.from(start);
  }

  /** Ends the hashing. `digest` is that of the bytes as they came, `diffId` that of what they hold. */
  async finish(): Promise<ContentResult> {
    if (this.#start !== undefined) await this.#begin(this.#start);
    const digest = finishDigest(this.#raw);
    const compression = this.#compression;
    const found = { digest, size: this.#size, compression };
    if (compression === 'none') return { ...found, diffId: digest, plainSize: this.#size, fault: undefined };
    const fault = this.#failure ?? (await this.#decompressor?.finish());
    if (fault !== undefined) return { ...found, diffId: undefined, plainSize: undefined, fault };
    return { ...found, diffId: finishDigest(this.#plain), plainSize: this.#plainSize, fault };
  }

  async #begin(start: Uint8Array): Promise<void> {
    this.#start = undefined;
    this.#compression = detectCompression(start);
    if (this.#compression === 'none') return;
    try {
      this.#decompressor = new Decompressor(this.#compression, (bytes) => {
        this.#plain.update(bytes);
        this.#plainSize += bytes.length;
      });
    } catch (error) {
      if (!(error instanceof UnreadableCompressionError)) throw error;
      this.#failure = error.message;
      return;
    }
    await this.#decompressor.write(start);
  }
}

export interface ContentResult {
  readonly digest: Digest;
  /** Bytes as they came. */
  readonly size: number;
  /** How the bytes are compressed, if that was looked at. */
  readonly compression: Compression;
  /** Undefined where the bytes cannot be decompressed. */
  readonly diffId: Digest | undefined;
  /** Bytes of what they hold; undefined where they cannot be decompressed. */
  readonly plainSize: number | undefined;
  /** Why they cannot. */
  readonly fault: string | undefined;
}
