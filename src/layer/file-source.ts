import { readFully } from '../files/read.js';
import { identityOf } from '../files/stat.js';
import type { ByteRange } from '../ground/byte-target.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';
import type { FilePart } from '../scan/spec.js';
import type { ByteSource } from './byte-source.js';

/** Gives the bytes of a layer that is ready in a part of a file. */
export class FileSource implements ByteSource {
  readonly #content: FilePart;
  readonly #end: number;
  /** Bytes of the part up to here were given, or were not asked for. */
  #at: number;

  constructor(content: FilePart, { start, end }: ByteRange = { start: 0, end: content.size }) {
    this.#content = content;
    this.#at = start;
    this.#end = Math.min(end, content.size);
  }

  /** A file whose ctime is not the one seen when it was opened counts as touched from the first byte. */
  get touched(): string | undefined {
    const { fd, ctime, path } = this.#content;
    return identityOf(fd).ctime === ctime ? undefined : path;
  }

  read(target: Uint8Array): number {
    const { path } = this.#content;
    const wanted = Math.max(0, Math.min(target.length, this.#end - this.#at));
    const got = this.#fill(target, wanted);
    if (got < wanted) {
      throw new LayerstreamError('PATH_CHANGED', `${path} became shorter while the image was being built`, { path });
    }
    this.#at += got;
    return got;
  }

  /** The descriptor belongs to what opened it. */
  close(): void {}

  #fill(target: Uint8Array, length: number): number {
    const { fd, offset, path } = this.#content;
    try {
      return readFully(fd, { target, at: 0, length, position: offset + this.#at });
    } catch (error) {
      throw new LayerstreamError('READ_FAILED', `${path} cannot be read: ${systemReason(error)}`, {
        path,
        cause: error,
      });
    }
  }
}
