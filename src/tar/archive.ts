/**
 * Archives of whole images, written and read with tar-stream. (Layers are not its business: their bytes are made in
 * `header.ts`.)
 */
import type { Readable } from 'node:stream';
import { extract, type Header, type Pack, pack } from 'tar-stream';
import type { ByteTarget } from '../ground/byte-target.js';
import { LayerstreamError } from '../ground/errors.js';
import { BLOCK } from './header.js';

/** The most that a time in a header tar-stream writes can be; others go into a pax record. */
const MAX_HEADER_TIME = 0x7fffffff;

type Sink = ReturnType<Pack['entry']>;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes an archive's entries to a target. All have mode 0644, ids 0 and no owner's names: nothing of this machine. */
export class ArchiveWriter {
  readonly #pack = pack();
  readonly #time: number;
  readonly #consumed: Promise<void>;
  /** Who waits for a chunk, or an entry, to have been written. */
  readonly #waiting = new Map<object, Waiter>();
  #failure: unknown;

  constructor(target: ByteTarget, options: { time: number }) {
    this.#time = options.time;
    this.#consumed = this.#consume(target);
    this.#consumed.catch((error: unknown) => this.#fail(error));
  }

  /** Adds an entry whose body, of exactly `size` bytes, `write` hands over. */
  async entry(
    { name, size }: { name: string; size: number },
    write: (target: ByteTarget) => Promise<void>,
  ): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const key = {};
    const ended = this.#wait(key);
    const sink = this.#pack.entry({ ...this.#header(name), size }, (error) => {
      const waiter = this.#waiting.get(key);
      this.#waiting.delete(key);
      if (error) waiter?.reject(error);
      else waiter?.resolve();
    });
    // The callback has the error too.
    sink.on('error', () => {});
    await Promise.all([ended, this.#writeBody(sink, write)]);
  }

  async file(name: string, bytes: Uint8Array): Promise<void> {
    await this.entry({ name, size: bytes.length }, (target) => target.write(bytes));
  }

  /** Writes the archive's end; resolves when the target took all of it. */
  async end(): Promise<void> {
    this.#pack.finalize();
    await this.#consumed;
  }

  /** Lets go of everything, after a failure. */
  abandon(): void {
    this.#pack.destroy(new Error('archive abandoned'));
  }

  async #writeBody(sink: Sink, write: (target: ByteTarget) => Promise<void>): Promise<void> {
    await write({
      write: async (bytes) => {
        if (bytes.length === 0) return;
        const taken = this.#wait(bytes);
        sink.write(bytes);
        await taken;
      },
    });
    sink.end(undefined);
  }

  #wait(key: object): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiting.set(key, { resolve, reject }));
  }

  /** The first failure is the one that counts. */
  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const waiter of this.#waiting.values()) waiter.reject(this.#failure);
    this.#waiting.clear();
  }

  /**
   * tar-stream hands chunks on by reference: each that comes out is one that went in, or its own. (Its types do not
   * say that they are bytes.)
   */
  async #consume(target: ByteTarget): Promise<void> {
    for await (const chunk of this.#pack as AsyncIterable<Uint8Array>) {
      try {
        await target.write(chunk);
      } catch (error) {
        // Told before the loop is left, which destroys the entry with an error of its own.
        this.#fail(error);
        throw error;
      }
      this.#waiting.get(chunk)?.resolve();
      this.#waiting.delete(chunk);
    }
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

/** An entry of an archive that is being read. */
export interface ArchiveEntry {
  readonly name: string;
  readonly type: Header['type'] | null | undefined;
  readonly size: number;
  /** Where a link points, just as it stands. */
  readonly linkName: string;
  /** Where the body begins in the uncompressed archive. */
  readonly offset: number;
}

/**
 * Reads an uncompressed archive once, from front to back. `onEntry` gets each entry with its body, which is skipped
 * as far as it was not read.
 *
 * @throws {LayerstreamError} `ARCHIVE_INVALID` where it is no tar, or ends too early.
 */
export async function readArchive(
  input: Readable,
  onEntry: (entry: ArchiveEntry, body: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const archive = extract();
  // An error of the input, or a premature end, ends the extraction with that error.
  input.on('error', (error) => archive.destroy(error));
  input.pipe(archive);
  try {
    for await (const source of archive) {
      const { name, type, size, linkname } = source.header;
      const entry = { name, type, size, linkName: linkname ?? '', offset: source.offset + BLOCK };
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
