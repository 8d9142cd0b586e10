import type { Reporter } from './reporter.js';

/** Tells nothing. Errors are told all the same, elsewhere. */
export class SilentReporter implements Reporter {
  onEvent(): void {}

  warn(): void {}

  finish(): void {}

  stop(): void {}
}
