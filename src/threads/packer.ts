import type { ByteTarget } from '../ground/byte-target.js';
import type { Outlet } from './shared/outlet.js';
import type { Timed } from './task.js';
import type { PackedBytes } from './tasks/pack.js';

/** Takes bytes that threads compress into a target. `end` or `abort` ends it. */
export class Packer implements ByteTarget {
  readonly #outlet: Outlet;
  readonly #packed: Promise<Timed<PackedBytes>>;

  constructor(outlet: Outlet, packed: Promise<Timed<PackedBytes>>) {
    this.#outlet = outlet;
    this.#packed = packed;
  }

  /** @throws {LayerstreamError} `WORKER_DIED`; what the target throws is passed on */
  write(bytes: Uint8Array): Promise<void> {
    return this.#orCause(this.#outlet.write(bytes));
  }

  /**
   * Says that there are no more bytes. Resolves when the target has taken all that became of them.
   *
   * @throws {LayerstreamError} as `write`
   */
  async end(): Promise<PackedBytes> {
    await this.#orCause(this.#outlet.end());
    const { value } = await this.#packed;
    this.#outlet.close();
    return value;
  }

  /** Ends the threads' work after a failure elsewhere. */
  abort(error: unknown): void {
    this.#outlet.abort(error);
  }

  /** Bytes are refused when a thread or the target failed. Which of them was first is known when all have ended. */
  async #orCause(written: Promise<void>): Promise<void> {
    try {
      await written;
    } catch (error) {
      await this.#packed;
      throw error;
    }
  }
}
