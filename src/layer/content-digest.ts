import type { Hash } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import type { ByteTarget } from '../byte-target.js';
import { LayerstreamError } from '../errors.js';
import { type Digest, finishDigest, startDigest } from '../oci/digest.js';
import { detectCompression, MAGIC_LENGTH } from '../tar/compression.js';

/**
 * The digest of bytes as they are handed over one by one, and of what they hold if they are compressed: a layer's
 * digest and its diffID (OCI image-spec, "Layer DiffID").
 */
export class ContentDigest {
  readonly #raw = startDigest();
  readonly #plain: Hash = startDigest();
  #gunzip: Gunzip | undefined;
  #failure: string | undefined;
  /** Ends the wait for bytes to be decompressed. */
  #wake: (() => void) | undefined;
  /** The first bytes, until there are enough of them to tell how they are compressed. */
  #start: Uint8Array | undefined = new Uint8Array(0);

  /** Without decompression `diffId` is the digest. */
  constructor(options: { decompress: boolean } = { decompress: true }) {
    if (!options.decompress) this.#start = undefined;
  }

  /** Resolves when the bytes are no longer needed. */
  async update(bytes: Uint8Array): Promise<void> {
    this.#raw.update(bytes);
    if (this.#start === undefined) return this.#decompress(bytes);
    const start = this.#start.length === 0 ? bytes : Buffer.concat([this.#start, bytes]);
    if (start.length >= MAGIC_LENGTH) return this.#begin(start);
    this.#start = Uint8Array.from(start);
  }

  async #decompress(bytes: Uint8Array): Promise<void> {
    if (this.#gunzip === undefined) return;
    const gunzip = this.#gunzip;
    if (this.#failure !== undefined) return;
    await new Promise<void>((resolve) => {
      // After a failure, which `finish` tells of, the callback does not come.
      this.#wake = resolve;
      gunzip.write(bytes, () => resolve());
    });
  }

  /** Ends the sum. `digest` is that of the bytes as they came, `diffId` that of what they hold. */
  async finish(): Promise<ContentResult> {
    if (this.#start !== undefined) await this.#begin(this.#start);
    const digest = finishDigest(this.#raw);
    if (this.#gunzip === undefined)
      return { digest, diffId: this.#failure === undefined ? digest : undefined, fault: this.#failure };
    if (this.#failure === undefined) {
      this.#gunzip.end();
      await finished(this.#gunzip).catch(() => {});
    }
    const fault = this.#failure;
    return { digest, diffId: fault === undefined ? finishDigest(this.#plain) : undefined, fault };
  }

  async #begin(start: Uint8Array): Promise<void> {
    this.#start = undefined;
    const compression = detectCompression(start);
    if (compression === 'none') return;
    if (compression !== 'gzip') {
      this.#failure = `compressed with ${compression}; only gzip is read`;
      return;
    }
    this.#gunzip = createGunzip();
    this.#gunzip.on('data', (bytes: Uint8Array) => this.#plain.update(bytes));
    this.#gunzip.on('error', (error) => {
      this.#failure ??= `broken gzip: ${error.message}`;
      this.#wake?.();
    });
    await this.#decompress(start);
  }
}

export interface ContentResult {
  readonly digest: Digest;
  /** Undefined where the bytes cannot be decompressed. */
  readonly diffId: Digest | undefined;
  /** Why they cannot. */
  readonly fault: string | undefined;
}

/** What bytes are announced to be. */
export interface CheckedLayer {
  /** For messages. */
  readonly name: string;
  /** Asked for when all was written. */
  readonly diffId: Digest | Promise<Digest>;
  /** Whether the digest is that of the bytes themselves, or of what they hold if they are compressed. */
  readonly sum: 'bytes' | 'content';
}

/**
 * Passes bytes on to a target while it sums them; fails if they turn out not to be what was announced.
 *
 * @throws {LayerstreamError} `DIGEST_MISMATCH`
 */
export async function writeChecked(
  layer: CheckedLayer,
  target: ByteTarget,
  write: (target: ByteTarget) => Promise<unknown>,
): Promise<void> {
  const sum = new ContentDigest({ decompress: layer.sum === 'content' });
  await write({
    async write(bytes) {
      await sum.update(bytes);
      await target.write(bytes);
    },
  });
  const { diffId, fault } = await sum.finish();
  const announced = await layer.diffId;
  if (diffId === announced) return;
  throw new LayerstreamError(
    'DIGEST_MISMATCH',
    `${layer.name} was announced as ${announced}, but its bytes are ${diffId ?? fault}`,
    { hint: 'The input is damaged, or changed while the image was being built.' },
  );
}
