import type { BuildEvent, BuildSummary } from '../../events/events.js';

export type ProgressKind = 'auto' | 'bar' | 'plain' | 'json' | 'off';

/** Tells on standard error how a build goes. */
export interface Reporter {
  onEvent(event: BuildEvent): void;
  warn(message: string): void;
  /** The output is complete. */
  finish(summary: BuildSummary): void;
  /** The build failed, or a signal came: leaves the terminal as it was. */
  stop(): void;
}

/** Loads just the reporter that is wanted. */
export async function makeReporter(kind: ProgressKind): Promise<Reporter> {
  // A bar needs a terminal to be drawn on.
  const isBar = (kind === 'auto' || kind === 'bar') && process.stderr.isTTY;
  if (isBar) return new (await import('./bar.js')).BarReporter();
  switch (kind) {
    case 'json':
      return new (await import('./json.js')).JsonReporter();
    case 'off':
      return new (await import('./off.js')).SilentReporter();
    default:
      return new (await import('./plain.js')).PlainReporter();
  }
}
