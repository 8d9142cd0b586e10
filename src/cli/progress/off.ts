import type { Reporter } from './reporter.js';
import { writeWarning } from './warning.js';

/** Tells nothing of the build. Warnings and errors are told all the same. */
export class SilentReporter implements Reporter {
  onEvent(): void {}

  warn(message: string): void {
    writeWarning(message);
  }

  finish(): void {}

  stop(): void {}
}
