import type { Hash } from 'node:crypto';
import { LayerstreamError } from '../ground/errors.js';
import { type Digest, finishDigest } from '../oci/digest.js';
import { HashingSource } from './hashing-source.js';
import { type ByteSource, type LayerContent, openSource } from './source.js';

/**
 * A byte source that proves it gives the bytes that were hashed.
 *
 * Size and inode of each file are compared by the source below. A file of which only the ctime changed may still
 * hold the same bytes (Nix links equal files to each other while others use them), so from there on the layer is
 * hashed again, beginning with what was given out already.
 */
export class ProvenSource {
  readonly #content: LayerContent;
  readonly #diffId: Digest | undefined;
  readonly #source: ByteSource;
  #hash: Hash | undefined;
  #given = 0;

  /** Without a digest nothing was hashed, and there is nothing to compare with. */
  constructor(content: LayerContent, diffId: Digest | undefined) {
    this.#content = content;
    this.#diffId = diffId;
    this.#source = openSource(content);
  }

  /**
   * As `ByteSource.read`.
   *
   * @throws {LayerstreamError} `PATH_CHANGED` at the layer's end, if its bytes are not those that were hashed.
   */
  read(target: Uint8Array): number {
    const count = this.#source.read(target);
    this.#given += count;
    if (this.#diffId === undefined) return count;
    if (this.#hash !== undefined) this.#hash.update(target.subarray(0, count));
    else if (this.#source.touched !== undefined) this.#hash = this.#hashGiven();
    if (count < target.length) this.#prove();
    return count;
  }

  close(): void {
    this.#source.close();
  }

  #hashGiven(): Hash {
    const source = new HashingSource(this.#content);
    try {
      source.skip(this.#given);
      return source.hash;
    } finally {
      source.close();
    }
  }

  #prove(): void {
    if (this.#hash === undefined) return;
    const found = finishDigest(this.#hash);
    this.#hash = undefined;
    if (found === this.#diffId) return;
    const path = this.#source.touched ?? '';
    throw new LayerstreamError(
      'PATH_CHANGED',
      `${path} changed while the image was being built: its layer was hashed as ${this.#diffId}, and is now ${found}`,
      { path, hint: 'Store paths must not change. Build again when nothing writes to them.' },
    );
  }
}
