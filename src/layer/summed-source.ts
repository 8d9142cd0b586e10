import { LayerstreamError } from '../errors.js';
import { type Digest, finishDigest, startDigest } from '../oci/digest.js';
import { type ByteSource, type LayerContent, openSource } from './source.js';

/** Fits a core's own cache, so that bytes just read are hashed from there. */
const CHUNK_SIZE = 256 * 1024;

/** Gives a layer's bytes once, and sums them on their way. */
export class SummedSource {
  readonly #source: ByteSource;
  readonly #hash = startDigest();
  readonly #onBytes: (count: number) => void;
  #rest: number;

  /** `onBytes` is told the bytes of each chunk that was summed. */
  constructor(content: LayerContent, onBytes: (count: number) => void) {
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
      this.#hash.update(chunk);
      this.#rest -= count;
      this.#onBytes(count);
    }
  }

  /** Ends the sum; to be called once, when nothing is left. */
  finish(): Digest {
    return finishDigest(this.#hash);
  }

  close(): void {
    this.#source.close();
  }
}
