import { close, constants, fsync, ftruncateSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { systemCode } from '../ground/errors.js';
import { DescriptorOutput } from './descriptor-output.js';
import { type Output, outputError } from './output.js';

const closeAsync = promisify(close);
const fsyncAsync = promisify(fsync);

/**
 * A regular file whose place no other file can take. It keeps its old content until the first byte is written; what is
 * aborted after that leaves it empty, so that nobody takes a part for the whole.
 */
export class InPlaceFile implements Output {
  readonly stagingParent = tmpdir();
  readonly #fd: number;
  readonly #file: DescriptorOutput;
  readonly #name: string;
  #state: 'untouched' | 'begun' | 'aborted' | 'closed' = 'untouched';

  /** `name` is for messages. @throws The system's error. */
  constructor(path: string, { name }: { readonly name: string }) {
    this.#name = name;
    this.#fd = openSync(path, constants.O_WRONLY);
    this.#file = new DescriptorOutput(this.#fd, { name, close: () => this.#close() });
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#begin();
    await this.#file.write(bytes);
  }

  async flush(): Promise<void> {
    this.#begin();
    try {
      await fsyncAsync(this.#fd);
    } catch (error) {
      // Some file systems cannot.
      if (systemCode(error) !== 'EINVAL') throw outputError(this.#name, error);
    }
  }

  async commit(): Promise<void> {
    try {
      await this.flush();
      await this.#file.commit();
    } catch (error) {
      this.abort();
      throw outputError(this.#name, error);
    }
  }

  abort(): void {
    if (this.#state === 'begun') {
      this.#state = 'aborted';
      this.#discard();
    }
    this.#file.abort();
  }

  #begin(): void {
    if (this.#state !== 'untouched') return;
    try {
      ftruncateSync(this.#fd);
    } catch (error) {
      throw outputError(this.#name, error);
    }
    this.#state = 'begun';
  }

  #close(): Promise<void> {
    // A write that was under way when the file was aborted may have put bytes there again.
    if (this.#state === 'aborted') this.#discard();
    this.#state = 'closed';
    return closeAsync(this.#fd);
  }

  #discard(): void {
    try {
      ftruncateSync(this.#fd);
    } catch {
      // The caller reports what failed first.
    }
  }
}
