import { type Output, writeFully } from './output.js';

/** Writes to an open descriptor, in large blocks, from libuv's threads. */
export class DescriptorOutput implements Output {
  readonly #fd: number;
  readonly #name: string;
  readonly #close: () => Promise<void>;

  /** `close` is called when the output ends, well or not. */
  constructor(fd: number, options: { name: string; close?: () => Promise<void> }) {
    this.#fd = fd;
    this.#name = options.name;
    this.#close = options.close ?? (async () => {});
  }

  write(bytes: Uint8Array): Promise<void> {
    return writeFully(this.#fd, bytes, this.#name);
  }

  async commit(): Promise<void> {
    await this.#close();
  }

  discard(): void {
    this.#close().catch(() => {});
  }
}
