/**
 * Archives of whole images, written and read with tar-stream. (The tars of layers are made in `header.ts`.)
 */
import type { Readable } from 'node:stream';
import { extract, type Header, type Pack, pack } from 'tar-stream';
import type { ByteTarget } from '../ground/byte-target.js';
import { Deferred } from '../ground/deferred.js';
import { LayerstreamError } from '../ground/errors.js';
import { BLOCK, paddedSize } from './header.js';

/** The latest time that tar-stream writes into a header; a later one goes into a pax record. */
const MAX_HEADER_TIME = 0x7fffffff;

/** Fields of a header (POSIX.1-2017, "ustar Interchange Format"), as latin1 text. */
const SIZE_FIELD = { start: 124, end: 135 } as const;
const TYPE_FIELD = { start: 156, end: 157 } as const;
/** The type of a header whose body is the pax records of the next one. */
const PAX_TYPE = 'x';

/** The pax record that has the name of a sparse file. */
const SPARSE_NAME = 'GNU.sparse.name';

type Sink = ReturnType<Pack['entry']>;
type WriteBody = (target: ByteTarget) => Promise<void>;

/**
 * Writes an archive's entries to a target. All have mode 0644, ids 0 and no owner names: nothing of this machine.
 *
 * Bytes go into tar-stream piece by piece, and each piece waits until as many bytes have come out and the target has
 * taken them. So a piece may be overwritten after its write, even if tar-stream copies, splits or joins what it gets.
 */
export class ArchiveWriter {
  readonly #target: ByteTarget;
  readonly #time: number;
  readonly #pack = pack();
  // tar-stream's types do not say that the chunks are bytes.
  readonly #chunks = (this.#pack as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  #failure: unknown;

  constructor(target: ByteTarget, options: { time: number }) {
    this.#target = target;
    this.#time = options.time;
  }

  /** Adds an entry whose body, of exactly `size` bytes, `write` hands over. Nothing can be added after a failure. */
  async entry({ name, size }: { name: string; size: number }, write: WriteBody): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const added = new Deferred<void>();
      const header = { ...this.#header(name), size };
      const sink = this.#pack.entry(header, (error) => (error ? added.reject(error) : added.resolve()));
      // The callback gets the error too.
      sink.on('error', () => {});
      await this.#passHeader();
      await this.#passBody(sink, { size, write });
      await added.promise;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  async file(name: string, bytes: Uint8Array): Promise<void> {
    await this.entry({ name, size: bytes.length }, (target) => target.write(bytes));
  }

  /** Writes the end of the archive; resolves when the target has taken all of it. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#pack.finalize();
    for (let next = await this.#chunks.next(); !next.done; next = await this.#chunks.next()) {
      await this.#target.write(next.value);
    }
  }

  /** Ends the archive after a failure, with no end written. */
  abort(): void {
    this.#pack.destroy(new Error('archive aborted'));
  }

  /** Called before any of the body is handed in, so that all that comes out is the header. */
  async #passHeader(): Promise<void> {
    let header = Buffer.alloc(0);
    while (header.length < headerSize(header)) header = Buffer.concat([header, await this.#nextChunk()]);
    await this.#target.write(header);
  }

  async #passBody(sink: Sink, { size, write }: { size: number; write: WriteBody }): Promise<void> {
    let [handedIn, passed] = [0, 0];
    const passUntil = async (end: number): Promise<void> => {
      while (passed < end) {
        const chunk = await this.#nextChunk();
        await this.#target.write(chunk);
        passed += chunk.length;
      }
    };
    await write({
      write: async (bytes) => {
        if (bytes.length === 0) return;
        sink.write(bytes);
        handedIn += bytes.length;
        await passUntil(handedIn);
      },
    });
    sink.end(undefined);
    await passUntil(paddedSize(size));
  }

  async #nextChunk(): Promise<Uint8Array> {
    const next = await this.#chunks.next();
    if (next.done) throw new Error('tar-stream ended the archive too early');
    return next.value;
  }

  #header(name: string) {
    const inHeader = this.#time >= 0 && this.#time <= MAX_HEADER_TIME;
    return {
      name,
      type: 'file',
      mode: 0o644,
      mtime: new Date(inHeader ? this.#time * 1000 : 0),
      ...(inHeader ? {} : { pax: { mtime: String(this.#time) } }),
    } as const;
  }
}

/** Bytes of the headers before a body, computed from their first block. While there is less, the result is a block. */
function headerSize(start: Buffer): number {
  const text = ({ start: from, end }: { start: number; end: number }): string => start.toString('latin1', from, end);
  if (text(TYPE_FIELD) !== PAX_TYPE) return BLOCK;
  return BLOCK + paddedSize(Number.parseInt(text(SIZE_FIELD), 8)) + BLOCK;
}

/** An entry of an archive that is being read. */
export interface ArchiveEntry {
  readonly name: string;
  readonly type: Header['type'] | null | undefined;
  readonly size: number;
  /** Where a link points, as the header says; empty for entries that are no links. */
  readonly linkName: string;
  /** Whether it holds a file without its holes, as pax records say (GNU tar, "Sparse Formats"); the body is a map then. */
  readonly isSparse: boolean;
  /** Where the body begins in the uncompressed archive. */
  readonly offset: number;
}

/**
 * Reads an uncompressed archive once, from front to back. `onEntry` gets each entry with its body, and need not read
 * the body.
 *
 * @throws {LayerstreamError} `ARCHIVE_INVALID` if it is not a tar, or ends too early.
 */
export async function readArchive(
  input: Readable,
  onEntry: (entry: ArchiveEntry, body: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const archive = extract();
  // `pipe` does not pass errors on.
  input.on('error', (error) => archive.destroy(error));
  input.pipe(archive);
  try {
    for await (const source of archive) {
      const { type, size, linkname } = source.header;
      // tar-stream's types do not say that it holds texts.
      const pax = (source.header.pax ?? {}) as Readonly<Record<string, string>>;
      const isSparse = Object.keys(pax).some((key) => key.startsWith('GNU.sparse.'));
      const name = pax[SPARSE_NAME] ?? source.header.name;
      const entry = { name, type, size, linkName: linkname ?? '', isSparse, offset: source.offset + BLOCK };
      await onEntry(entry, source as AsyncIterable<Uint8Array>);
      source.resume();
    }
  } catch (error) {
    if (error instanceof LayerstreamError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new LayerstreamError('ARCHIVE_INVALID', `not a whole tar archive: ${reason}`, { cause: error });
  } finally {
    input.destroy();
  }
}
