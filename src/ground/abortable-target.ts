import type { ByteTarget } from './byte-target.js';

/** Passes bytes on. `abort` ends the wait for a target that may never take what it got. */
export class AbortableTarget implements ByteTarget {
  readonly #target: ByteTarget;
  #failure: { readonly error: unknown } | undefined;
  #end: (error: unknown) => void = () => {};

  constructor(target: ByteTarget) {
    this.#target = target;
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure.error);
      this.#end = reject;
      this.#target.write(bytes).then(resolve, reject);
    });
  }

  /** The first error counts. */
  abort(error: unknown): void {
    this.#failure ??= { error };
    this.#end(this.#failure.error);
  }
}
