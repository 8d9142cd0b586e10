import type { BuildEvent } from '../../events/events.js';
import { type Reporter, writeWarning } from './reporter.js';
import type { Places } from './summary.js';

export type ProgressKind = 'auto' | 'bar' | 'plain' | 'json' | 'off';

/** A bar is drawn only on a terminal that has columns, and whose cursor can be moved. */
export function drawsBars(kind: ProgressKind): boolean {
  const { stderr, env } = process;
  const { TERM = '' } = env;
  const canMove = stderr.isTTY && stderr.columns > 0 && TERM !== '' && TERM !== 'dumb';
  return (kind === 'auto' || kind === 'bar') && canMove;
}

/** Loads only the reporter that is wanted, for a build that puts its image into these places. */
export async function makeReporter(kind: ProgressKind, places: Places): Promise<Reporter> {
  if (drawsBars(kind)) return new (await import('./bar.js')).BarReporter(places);
  switch (kind) {
    case 'json':
      return new (await import('./json.js')).JsonReporter();
    case 'off':
      return new SilentReporter();
    default:
      return new (await import('./plain.js')).PlainReporter(places);
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
