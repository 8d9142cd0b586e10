import type { BuildEvent, BuildSummary } from '../../events/events.js';
import type { Reporter } from './reporter.js';

/** Shows several images that are built one after the other, each by a reporter of its own. */
export class ReporterSequence implements Reporter {
  readonly #reporters: readonly Reporter[];
  #current = -1;
  #finished = 0;

  constructor(reporters: readonly Reporter[]) {
    this.#reporters = reporters;
  }

  onEvent(event: BuildEvent): void {
    if (event.type === 'started') {
      this.#reporters[this.#current]?.abort();
      this.#current++;
    }
    // What comes before the first image is built is shown as well.
    this.#reporters[Math.max(0, this.#current)]?.onEvent(event);
  }

  /** To be called for each image, in order. */
  finish(summary: BuildSummary): void {
    this.#reporters[this.#finished++]?.finish(summary);
  }

  abort(): void {
    this.#reporters[this.#current]?.abort();
  }
}
