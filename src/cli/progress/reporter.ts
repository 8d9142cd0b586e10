import type { LayoutSummary } from '../../api/options.js';
import type { BuildEvent, BuildSummary } from '../../events/events.js';
import { printable } from '../../ground/printable.js';
import { writeStderr } from '../stderr.js';

/** Shows on standard error how a build goes. */
export interface Reporter {
  /** Warnings are among the events; a reporter shows them whatever else it leaves out. */
  onEvent(event: BuildEvent): void;
  /** The output is complete. */
  finish(summary: BuildSummary | LayoutSummary): void;
  /** The build failed, or a signal came: leaves the terminal as it was. */
  abort(): void;
}

/** Shows what is odd about the input, but is no error. */
export function writeWarning(message: string): void {
  writeStderr(formatWarning(message));
}

export function formatWarning(message: string): string {
  return `layerstream: warning: ${printable(message)}\n`;
}
