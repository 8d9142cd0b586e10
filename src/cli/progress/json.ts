import type { BuildEvent, BuildSummary } from '../../events/events.js';
import type { Reporter } from './reporter.js';

/** Each event as a line of JSON. `finished` comes when the output is complete. */
export class JsonReporter implements Reporter {
  onEvent(event: BuildEvent): void {
    if (event.type !== 'finished') write(event);
  }

  warn(message: string): void {
    write({ type: 'warning', message });
  }

  finish(summary: BuildSummary): void {
    write({ type: 'finished', summary });
  }

  stop(): void {}
}

function write(event: object): void {
  process.stderr.write(`${JSON.stringify(event)}\n`);
}
