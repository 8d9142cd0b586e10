import type { ByteTarget } from '../../src/ground/byte-target.js';

/** A target that keeps copies of all it is given, as an owner of buffers expects it. */
export class Collected implements ByteTarget {
  readonly chunks: Buffer[] = [];

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.chunks.push(Buffer.from(bytes));
  }
}
