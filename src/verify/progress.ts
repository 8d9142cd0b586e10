/** How far a verification has come. */
import { Deferred } from '../ground/deferred.js';
import { adderTo, makeCounter, readCounter } from '../threads/shared/counter.js';

export interface VerifyProgress {
  /** Bytes that were read. */
  readonly read: number;
  /** Bytes that there are; undefined if nobody knows. */
  readonly total: number | undefined;
}

export type ProgressListener = (progress: VerifyProgress) => void;

/** In milliseconds; more often than a person sees it is no use. */
const INTERVAL = 200;

/** Tells a listener how many bytes were read. Threads count them. */
export class Reading {
  readonly counter = makeCounter();
  readonly add = adderTo(this.counter);
  readonly #failed = new Deferred<never>();
  #total: number | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(listener: ProgressListener | undefined) {
    if (listener === undefined) return;
    this.#timer = setInterval(() => {
      try {
        listener({ read: readCounter(this.counter), total: this.#total });
      } catch (error) {
        this.end();
        this.#failed.reject(error);
      }
    }, INTERVAL);
  }

  /** Rejects when the listener throws. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Called as soon as it is known how many bytes there are. */
  expect(total: number): void {
    this.#total = total;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
