import { closeSync, openSync } from 'node:fs';
import { outputError } from './output.js';
import { discardFile } from './remove.js';
import { writeFullySync } from './write.js';

/**
 * A file that was not there before, for all to read, written in a thread that waits for each write. Exactly one of
 * `close` and `abort` ends it.
 */
export class ExclusiveFile {
  readonly #path: string;
  readonly #fd: number;
  #isOpen = true;

  /** @throws {LayerstreamError} `WRITE_FAILED`, also where there is anything at the path, which then stays. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#fd = openSync(path, 'wx', 0o644);
    } catch (error) {
      throw outputError(path, error);
    }
  }

  /** @throws {LayerstreamError} `WRITE_FAILED` */
  write(bytes: Uint8Array): void {
    try {
      writeFullySync(this.#fd, bytes);
    } catch (error) {
      throw outputError(this.#path, error);
    }
  }

  /** Some file systems report only now that they have no room for the bytes. @throws {LayerstreamError} `WRITE_FAILED` */
  close(): void {
    this.#isOpen = false;
    try {
      closeSync(this.#fd);
    } catch (error) {
      throw outputError(this.#path, error);
    }
  }

  /** Removes the file. Does not fail. */
  abort(): void {
    try {
      if (this.#isOpen) closeSync(this.#fd);
    } catch {
      // The caller reports what failed first.
    }
    discardFile(this.#path);
  }
}
