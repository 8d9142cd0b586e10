import { readFully } from '../files/read.js';
import { identityOf } from '../files/stat.js';
import { LayerstreamError, systemReason } from '../ground/errors.js';
import type { FileContent } from '../scan/spec.js';
import type { ByteSource } from './source.js';

/** Gives the bytes of a layer that stands ready in a part of a file. */
export class FileSource implements ByteSource {
  readonly #content: FileContent;
  #given = 0;

  constructor(content: FileContent) {
    this.#content = content;
  }

  /** A file whose ctime is not the one seen when it was opened counts as touched from the first byte. */
  get touched(): string | undefined {
    const { fd, ctime, path } = this.#content;
    return identityOf(fd).ctime === ctime ? undefined : path;
  }

  read(target: Uint8Array): number {
    const { size, path } = this.#content;
    const wanted = Math.min(target.length, size - this.#given);
    const got = this.#fill(target, wanted);
    if (got < wanted) {
      throw new LayerstreamError('PATH_CHANGED', `${path} became shorter while the image was being built`, { path });
    }
    this.#given += got;
    return got;
  }

  /** The descriptor belongs to whoever opened it. */
  close(): void {}

  #fill(target: Uint8Array, length: number): number {
    const { fd, offset, path } = this.#content;
    try {
      return readFully(fd, { target, at: 0, length, position: offset + this.#given });
    } catch (error) {
      throw new LayerstreamError('READ_FAILED', `${path} cannot be read: ${systemReason(error)}`, {
        path,
        cause: error,
      });
    }
  }
}
