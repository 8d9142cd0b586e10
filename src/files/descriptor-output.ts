import { tmpdir } from 'node:os';
import { LayerstreamError } from '../ground/errors.js';
import { type Output, outputError } from './output.js';
import { writeFully } from './write.js';

/** Writes to an open descriptor, in large blocks, from libuv's threads. */
export class DescriptorOutput implements Output {
  readonly #fd: number;
  readonly #name: string;
  #close: () => Promise<void>;
  #writing: Promise<void> = Promise.resolve();
  #isAborted = false;
  readonly stagingParent = tmpdir();

  /** `close` is called once, when the output ends, well or not. */
  constructor(fd: number, options: { name: string; close?: () => Promise<void> }) {
    this.#fd = fd;
    this.#name = options.name;
    this.#close = options.close ?? (async () => {});
  }

  async write(bytes: Uint8Array): Promise<void> {
    // A writer may notice the end late: by then the descriptor may be closed, or another file's.
    if (this.#isAborted) throw new LayerstreamError('ABORTED', `${this.#name} was given up`);
    this.#writing = this.#write(bytes);
    await this.#writing;
  }

  async flush(): Promise<void> {}

  async commit(): Promise<void> {
    await this.#end();
  }

  abort(): void {
    this.#isAborted = true;
    // A write under way must not meet a descriptor that means another file by then.
    const end = (): Promise<void> => this.#end();
    this.#writing.then(end, end).catch(() => {});
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await writeFully(this.#fd, bytes);
    } catch (error) {
      throw outputError(this.#name, error);
    }
  }

  #end(): Promise<void> {
    const close = this.#close;
    this.#close = async () => {};
    return close();
  }
}
