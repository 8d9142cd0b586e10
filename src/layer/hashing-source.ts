import { LayerstreamError } from '../ground/errors.js';
import { exactCount } from '../ground/format.js';
import { startDigest } from '../oci/digest.js';
import type { ByteSource } from './byte-source.js';
import { type LayerContent, openSource } from './source.js';

/** Fits a core's own cache, so that bytes just read are hashed from there. */
const CHUNK_SIZE = 256 * 1024;

export interface HashingOptions {
  /** Called with the bytes of each chunk that was hashed. */
  readonly onBytes?: (count: number) => void;
}

/** Gives a layer's bytes once, and hashes them on their way. */
export class HashingSource {
  /** Of all bytes so far. The owner finishes it, and may first add bytes that do not come from here. */
  readonly hash = startDigest();
  readonly #source: ByteSource;
  readonly #onBytes: HashingOptions['onBytes'];
  #rest: number;

  constructor(content: LayerContent, { onBytes }: HashingOptions = {}) {
    this.#source = openSource(content);
    this.#rest = content.size;
    this.#onBytes = onBytes;
  }

  /** Bytes that are still to come. */
  get rest(): number {
    return this.#rest;
  }

  /** Whether all bytes were given. */
  get isEnded(): boolean {
    return this.#rest === 0;
  }

  /**
   * Gives the next bytes: as many as `target` has room for, which is a whole number of tar's blocks, or all that are left.
   * Returns how many.
   *
   * @throws {LayerstreamError} as `ByteSource.read`
   */
  fill(target: Uint8Array): number {
    const wanted = target.subarray(0, this.#rest);
    for (let at = 0; at < wanted.length; at += CHUNK_SIZE) {
      const chunk = wanted.subarray(at, at + CHUNK_SIZE);
      const count = this.#source.read(chunk);
      if (count < chunk.length) {
        throw new LayerstreamError(
          'INTERNAL',
          `a layer ended ${exactCount(this.#rest - count, 'byte')} before its size`,
        );
      }
      this.hash.update(chunk);
      this.#rest -= count;
      this.#onBytes?.(count);
    }
    return wanted.length;
  }

  /**
   * Hashes the next bytes, so many as `fill` would take, and gives them to nobody.
   *
   * @throws {LayerstreamError} as `ByteSource.read`
   */
  skip(bytes: number): void {
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_SIZE, bytes));
    for (let left = bytes; left > 0; left -= CHUNK_SIZE) this.fill(chunk.subarray(0, left));
  }

  close(): void {
    this.#source.close();
  }
}
