import { type Output, writeFully } from './output.js';

/** Writes to an open descriptor, in large blocks, from libuv's threads. */
export class DescriptorOutput implements Output {
  readonly #fd: number;
  readonly #name: string;
  #close: () => Promise<void>;
  #writing: Promise<void> = Promise.resolve();

  /** `close` is called once, when the output ends, well or not. */
  constructor(fd: number, options: { name: string; close?: () => Promise<void> }) {
    this.#fd = fd;
    this.#name = options.name;
    this.#close = options.close ?? (async () => {});
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#writing = writeFully(this.#fd, bytes, this.#name);
    return this.#writing;
  }

  async commit(): Promise<void> {
    await this.#end();
  }

  discard(): void {
    // A write under way must not meet a descriptor that means another file by then.
    const end = (): Promise<void> => this.#end();
    this.#writing.then(end, end).catch(() => {});
  }

  #end(): Promise<void> {
    const close = this.#close;
    this.#close = async () => {};
    return close();
  }
}
