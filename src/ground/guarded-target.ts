import type { ByteTarget } from './byte-target.js';
import { LayerstreamError } from './errors.js';

/**
 * Passes bytes on for as long as a build lasts. A sink learns of an abort a little later than the caller, who may have
 * closed the target by then.
 */
export class GuardedTarget implements ByteTarget {
  readonly #target: ByteTarget;
  #isOpen = true;

  constructor(target: ByteTarget) {
    this.#target = target;
  }

  /** @throws {LayerstreamError} `ABORTED` when it is closed. */
  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#isOpen) throw new LayerstreamError('ABORTED', 'the build has ended');
    await this.#target.write(bytes);
  }

  close(): void {
    this.#isOpen = false;
  }
}
