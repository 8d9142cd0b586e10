import type { BuildEvent } from '../../events/events.js';
import { type Reporter, writeWarning } from './reporter.js';

export type ProgressKind = 'auto' | 'bar' | 'plain' | 'json' | 'off';

/** Loads only the reporter that is wanted. */
export async function makeReporter(kind: ProgressKind): Promise<Reporter> {
  // A bar is drawn only on a terminal.
  const isBar = (kind === 'auto' || kind === 'bar') && process.stderr.isTTY;
  if (isBar) return new (await import('./bar.js')).BarReporter();
  switch (kind) {
    case 'json':
      return new (await import('./json.js')).JsonReporter();
    case 'off':
      return new SilentReporter();
    default:
      return new (await import('./plain.js')).PlainReporter();
  }
}

/** Shows nothing but warnings. (Errors are reported by the command.) */
class SilentReporter implements Reporter {
  onEvent(event: BuildEvent): void {
    if (event.type === 'warning') writeWarning(event.message);
  }

  finish(): void {}

  abort(): void {}
}
