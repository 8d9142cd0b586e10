import type { Hash } from 'node:crypto';
import type { ByteRange } from '../ground/byte-target.js';
import { LayerstreamError } from '../ground/errors.js';
import { type Digest, finishDigest } from '../oci/digest.js';
import type { ByteSource } from './byte-source.js';
import { digestLayer } from './digest.js';
import { HashingSource } from './hashing-source.js';
import { isCompressed, type LayerContent, openSource } from './source.js';

export interface Proof {
  /** The diffID that the layer must have; without it there is nothing to compare with. */
  readonly diffId: Digest | undefined;
  /** Which of the layer's bytes are given; by default all. */
  readonly range?: ByteRange | undefined;
}

/**
 * A byte source that proves that it gives the bytes that were hashed.
 *
 * The source below compares the size and inode of each file. A file of which only the ctime changed may still hold the
 * same bytes: Nix links equal files to each other while others use them. From there on the layer is hashed again,
 * beginning with what was given already. For a range the whole layer is hashed, when all of the range was given: a later
 * file of the range may have changed by then, too.
 */
export class ProvenSource {
  readonly #content: LayerContent;
  readonly #diffId: Digest | undefined;
  readonly #range: ByteRange | undefined;
  readonly #source: ByteSource;
  #hash: Hash | undefined;
  #given = 0;

  constructor(content: LayerContent, { diffId, range }: Proof) {
    this.#content = content;
    this.#diffId = diffId;
    this.#range = range;
    this.#source = openSource(content, range);
  }

  /**
   * As `ByteSource.read`.
   *
   * @throws {LayerstreamError} `PATH_CHANGED` at the end, if the bytes are not those that were hashed
   */
  read(target: Uint8Array): number {
    const count = this.#source.read(target);
    this.#given += count;
    if (this.#diffId === undefined) return count;
    if (this.#hash !== undefined) this.#hash.update(target.subarray(0, count));
    else if (this.#isWholeTar && this.#source.touched !== undefined) this.#hash = this.#hashFirst(this.#given);
    if (count < target.length) this.#prove();
    return count;
  }

  /**
   * To be awaited after the last `read`: what has to be decompressed cannot be proven before.
   *
   * @throws {LayerstreamError} as `read`
   */
  async finish(): Promise<void> {
    if (this.#diffId === undefined || !this.#isCompressed || this.#source.touched === undefined) return;
    this.#compare(await digestLayer(this.#content));
  }

  close(): void {
    this.#source.close();
  }

  get #isCompressed(): boolean {
    return isCompressed(this.#content);
  }

  get #isWholeTar(): boolean {
    return this.#range === undefined && !this.#isCompressed;
  }

  #hashFirst(bytes: number): Hash {
    const source = new HashingSource(this.#content);
    try {
      source.skip(bytes);
      return source.hash;
    } finally {
      source.close();
    }
  }

  #prove(): void {
    if (!this.#isCompressed && this.#range !== undefined && this.#source.touched !== undefined) {
      this.#hash = this.#hashFirst(this.#content.size);
    }
    const hash = this.#hash;
    if (hash === undefined) return;
    this.#hash = undefined;
    this.#compare(finishDigest(hash));
  }

  #compare(found: Digest): void {
    if (found !== this.#diffId) throw this.#changed(`its layer was hashed as ${this.#diffId}, and is now ${found}`);
  }

  #changed(how: string): LayerstreamError {
    const path = this.#source.touched ?? '';
    return new LayerstreamError('PATH_CHANGED', `${path} changed while the image was being built: ${how}`, {
      path,
      hint: 'Store paths must not change. Build again when nothing writes to them.',
    });
  }
}
