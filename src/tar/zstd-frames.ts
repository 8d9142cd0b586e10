/** The bytes are not zstd. The message says why. */
class ZstdFrameError extends Error {
  override readonly name = 'ZstdFrameError';
}

const MAGIC = 0xfd2fb528;
/** What the magics of skippable frames share: all but their last four bits (RFC 8878, 3.1.2). */
const SKIPPABLE = 0x184d2a5;

/** Sizes of the header's fields after the descriptor, by the descriptor's flags (RFC 8878, 3.1.1.1.1). */
const CONTENT_SIZES = [0, 2, 4, 8] as const;
const DICTIONARY_SIZES = [0, 1, 2, 4] as const;
const CHECKSUM_SIZE = 4;

/** A field that is read, and what it says about the bytes after it. */
interface Field {
  readonly size: number;
  readonly read: (bytes: Buffer) => { readonly skip: number; readonly next: Field };
}

/**
 * Finds where the frames of zstd-compressed bytes end, from their headers alone (RFC 8878, 3.1).
 *
 * The zstd of `node:zlib` ignores the rest of a chunk after the end of a frame, and some versions of it accept a frame
 * that is cut short. So it must get chunks that end where a frame ends.
 */
export class ZstdFrames {
  readonly #bytes = Buffer.alloc(4);
  #field: Field = FRAME;
  #filled = 0;
  /** Bytes to skip before the field. */
  #skip = 0;

  /** Whether the bytes so far end where a frame ends. */
  get isWhole(): boolean {
    return this.#field === FRAME && this.#filled === 0 && this.#skip === 0;
  }

  /**
   * Cuts the next bytes after each frame that ends in them.
   *
   * @throws {ZstdFrameError} if a frame or a block must begin somewhere, and none does.
   */
  *split(bytes: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (let at = 0; at < bytes.length; ) {
      at += this.#skip > 0 ? this.#pass(bytes.length - at) : this.#fill(bytes, at);
      if (!this.isWhole) continue;
      yield bytes.subarray(start, at);
      start = at;
    }
    if (start < bytes.length) yield bytes.subarray(start);
  }

  #pass(available: number): number {
    const length = Math.min(this.#skip, available);
    this.#skip -= length;
    return length;
  }

  #fill(bytes: Uint8Array, at: number): number {
    const part = bytes.subarray(at, at + this.#field.size - this.#filled);
    this.#bytes.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled === this.#field.size) {
      const { skip, next } = this.#field.read(this.#bytes);
      this.#filled = 0;
      this.#skip = skip;
      this.#field = next;
    }
    return part.length;
  }
}

const FRAME: Field = {
  size: 4,
  read(bytes) {
    const magic = bytes.readUInt32LE();
    if (magic === MAGIC) return { skip: 0, next: DESCRIPTOR };
    if (magic >>> 4 === SKIPPABLE) return { skip: 0, next: SKIPPABLE_SIZE };
    throw new ZstdFrameError('other bytes follow the end of a frame');
  },
};

const SKIPPABLE_SIZE: Field = {
  size: 4,
  read: (bytes) => ({ skip: bytes.readUInt32LE(), next: FRAME }),
};

const DESCRIPTOR: Field = {
  size: 1,
  read(bytes) {
    const flags = bytes[0] ?? 0;
    const isSingleSegment = (flags & 0x20) !== 0;
    const contentFlag = flags >>> 6;
    // A single segment has no window descriptor, but always a content size.
    const contentSize = contentFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZES[contentFlag] ?? 0);
    const skip = (isSingleSegment ? 0 : 1) + (DICTIONARY_SIZES[flags & 3] ?? 0) + contentSize;
    return { skip, next: (flags & 4) === 0 ? BLOCK_BEFORE_END : BLOCK_BEFORE_CHECKSUM };
  },
};

const BLOCK_BEFORE_END = blockHeader(0);
const BLOCK_BEFORE_CHECKSUM = blockHeader(CHECKSUM_SIZE);

/** RFC 8878, 3.1.1.2. `afterLast` bytes of the frame follow its last block. */
function blockHeader(afterLast: number): Field {
  const field: Field = {
    size: 3,
    read(bytes) {
      const header = bytes.readUIntLE(0, 3);
      const type = (header >>> 1) & 3;
      if (type === 3) throw new ZstdFrameError('a block is of the reserved type');
      // A run-length block is one byte, however long the run is.
      const size = type === 1 ? 1 : header >>> 3;
      return (header & 1) === 1 ? { skip: size + afterLast, next: FRAME } : { skip: size, next: field };
    },
  };
  return field;
}
