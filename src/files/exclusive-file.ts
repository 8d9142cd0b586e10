import { closeSync, openSync, unlinkSync } from 'node:fs';
import { outputError } from './output.js';
import { writeFullySync } from './write.js';

/** A file that was not there before, for all to read, written by one thread that stands still meanwhile. `close` or `discard` ends it. */
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

  /** Some file systems tell only now that the bytes found no room. @throws {LayerstreamError} `WRITE_FAILED` */
  close(): void {
    this.#isOpen = false;
    try {
      closeSync(this.#fd);
    } catch (error) {
      throw outputError(this.#path, error);
    }
  }

  /** Removes the file. Does not fail. */
  discard(): void {
    try {
      if (this.#isOpen) closeSync(this.#fd);
    } catch {
      // The failure that led here is the one to be told.
    }
    try {
      unlinkSync(this.#path);
    } catch {
      // Removed already, or not to be removed: likewise.
    }
  }
}
