import type { Reporter } from './reporter.js';

/** Tells nothing of the build. Warnings and errors are told all the same. */
export class SilentReporter implements Reporter {
  onEvent(): void {}

  warn(message: string): void {
    process.stderr.write(`layerstream: warning: ${message}\n`);
  }

  finish(): void {}

  stop(): void {}
}
