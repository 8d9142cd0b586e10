import { LayerstreamError } from '../ground/errors.js';
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

  /**
   * Fills all of `target`, which is no longer than `rest`, and a whole number of tar's blocks unless it is `rest` long.
   *
   * @throws {LayerstreamError} as `ByteSource.read`
   */
  fill(target: Uint8Array): void {
    for (let at = 0; at < target.length; at += CHUNK_SIZE) {
      const chunk = target.subarray(at, at + CHUNK_SIZE);
      const count = this.#source.read(chunk);
      if (count < chunk.length) {
        throw new LayerstreamError('INTERNAL', `a layer ended ${this.#rest - count} bytes before its size`);
      }
      this.hash.update(chunk);
      this.#rest -= count;
      this.#onBytes?.(count);
    }
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
