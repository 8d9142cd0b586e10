import type { ByteTarget } from '../../ground/byte-target.js';
import { now, type Stopwatch } from '../../ground/timing.js';
import { closeRing, type RingMemory, RingTaker } from './ring.js';

/**
 * The main thread's end of a ring. It must not block its event loop, so messages report what a thread filled: `onFilled`
 * after each chunk, and `onEnd` or `abort` after the last.
 */
export class Intake {
  readonly ring: RingMemory;
  readonly #taker: RingTaker;
  #ready = 0;
  #taken = 0;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(ring: RingMemory) {
    this.ring = ring;
    this.#taker = new RingTaker(ring);
  }

  /** Chunks that were taken since the beginning. */
  get taken(): number {
    return this.#taken;
  }

  /** For the next bytes, after an end. */
  begin(): void {
    this.#isEnded = false;
  }

  onFilled(): void {
    this.#ready++;
    this.#wake?.();
  }

  onEnd(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** Ends all waits with an error, here and in the threads. The first one counts. */
  abort(error: unknown): void {
    this.#failure ??= { error };
    closeRing(this.ring);
    this.#wake?.();
  }

  /** The next chunk, to be freed when its bytes are no longer needed; undefined after the last. */
  async next(watch?: Stopwatch): Promise<Uint8Array | undefined> {
    const asked = now();
    while (this.#ready === 0 && this.#failure === undefined && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#ready === 0) return undefined;
    watch?.waited('bytes', asked);
    this.#ready--;
    this.#taken++;
    return this.#taker.take();
  }

  /** Hands all chunks to a target up to the end. What the target throws is passed on. */
  async copyTo(target: ByteTarget): Promise<void> {
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) {
      await target.write(chunk);
      this.free();
    }
  }

  /** Gives the oldest chunk back to be filled. */
  free(): void {
    this.#taker.free();
  }
}
