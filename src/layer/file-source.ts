import { fstatSync, readSync } from 'node:fs';
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
    return fstatSync(fd, { bigint: true }).ctimeNs === ctime ? undefined : path;
  }

  read(target: Uint8Array): number {
    const { fd, offset, size, path } = this.#content;
    let filled = 0;
    const wanted = Math.min(target.length, size - this.#given);
    while (filled < wanted) {
      const got = this.#readAt(fd, target.subarray(filled, wanted), offset + this.#given);
      if (got === 0) {
        throw new LayerstreamError('PATH_CHANGED', `${path} became shorter while the image was being built`, { path });
      }
      filled += got;
      this.#given += got;
    }
    return filled;
  }

  /** The descriptor belongs to whoever opened it. */
  close(): void {}

  #readAt(fd: number, room: Uint8Array, position: number): number {
    try {
      return readSync(fd, room, 0, room.length, position);
    } catch (error) {
      const { path } = this.#content;
      throw new LayerstreamError('READ_FAILED', `${path} cannot be read: ${systemReason(error)}`, {
        path,
        cause: error,
      });
    }
  }
}
