import { Deferred } from '../ground/deferred.js';

/** Work of one thread that others can help with. */
export interface SharedWork {
  /** How much one more helper would have to do, compared with other work; 0 where there is nothing for it. */
  readonly need: number;
  /** Lets a thread help. Resolves when it has ended, however it did. */
  help(): Promise<void>;
}

/**
 * Shares out threads: first to those who lead work, then, as helpers, to the work that needs them most. Never more than
 * there are, so a thread that waits for another never keeps that one from getting a thread.
 */
export class ThreadShare {
  readonly #work = new Set<SharedWork>();
  readonly #waiting: Deferred<void>[] = [];
  #free: number;
  #expected = 0;

  constructor(threads: number) {
    this.#free = threads;
  }

  /** Keeps threads for so many more that will lead: until then they help only with what no lead waits for. */
  expect(leads: number): void {
    this.#expected += leads;
  }

  /** Leads a work that others may help with. Waits for a thread first. */
  async lead<T>(work: SharedWork, run: () => Promise<T>): Promise<T> {
    await this.#take();
    this.#expected = Math.max(0, this.#expected - 1);
    const running = run();
    this.#work.add(work);
    this.#shareOut();
    try {
      return await running;
    } finally {
      this.#work.delete(work);
      this.#give();
    }
  }

  async #take(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const turn = new Deferred<void>();
    this.#waiting.push(turn);
    await turn.promise;
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#free++;
      this.#shareOut();
    } else {
      next.resolve();
    }
  }

  #shareOut(): void {
    while (this.#free > this.#expected) {
      const work = [...this.#work].filter(({ need }) => need > 0).sort((a, b) => b.need - a.need)[0];
      if (work === undefined) return;
      this.#free--;
      work.help().then(() => this.#give());
    }
  }
}
