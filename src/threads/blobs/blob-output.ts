import type { MessagePort } from 'node:worker_threads';
import { ExclusiveFile } from '../../files/exclusive-file.js';
import { LayerstreamError } from '../../ground/errors.js';
import { RingFiller, type RingMemory } from '../shared/ring.js';

/** Where a worker puts the bytes of a blob, as data. */
export type BlobPlace =
  /** A file that is not there yet. */
  | { readonly kind: 'file'; readonly path: string }
  /** A ring, of which the main thread hands the chunks on. The port gets a `RingMessage` for each. */
  | { readonly kind: 'ring'; readonly ring: RingMemory; readonly port: MessagePort };

export type RingMessage = { readonly type: 'filled' } | { readonly type: 'end' };

/** Takes the bytes of a blob. `close` or `abort` ends it. */
export interface BlobOutput {
  /** The bytes may be overwritten when it returns. @throws {LayerstreamError} `WRITE_FAILED`, `ABORTED` */
  write(bytes: Uint8Array): void;
  /** All bytes were written. @throws {LayerstreamError} `WRITE_FAILED` */
  close(): void;
  /** Leaves nothing of what was written. Does not fail. */
  abort(): void;
}

export function openBlobOutput(place: BlobPlace): BlobOutput {
  return place.kind === 'ring' ? new RingOutput(place) : new ExclusiveFile(place.path);
}

/** Fills a ring, and reports its chunks. */
class RingOutput implements BlobOutput {
  readonly #filler: RingFiller;
  readonly #port: MessagePort;
  /** The chunk that is being filled, and how many of its bytes are. */
  #chunk: Uint8Array | undefined;
  #length = 0;

  constructor({ ring, port }: Extract<BlobPlace, { kind: 'ring' }>) {
    this.#filler = new RingFiller(ring);
    this.#port = port;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      this.#chunk ??= this.#nextChunk();
      const part = bytes.subarray(at, at + this.#chunk.length - this.#length);
      this.#chunk.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length === this.#chunk.length) this.#hand();
    }
  }

  close(): void {
    if (this.#length > 0) this.#hand();
    this.#post({ type: 'end' });
    this.#port.close();
  }

  abort(): void {
    this.#port.close();
  }

  #nextChunk(): Uint8Array {
    const chunk = this.#filler.room();
    if (chunk === undefined) throw new LayerstreamError('ABORTED', 'the bytes of a blob are no longer wanted');
    return chunk;
  }

  #hand(): void {
    this.#filler.filled(this.#length);
    this.#chunk = undefined;
    this.#length = 0;
    this.#post({ type: 'filled' });
  }

  #post(message: RingMessage): void {
    this.#port.postMessage(message);
  }
}
