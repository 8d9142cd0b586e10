import type { BuildEvent, BuildSummary } from '../../events/events.js';
import { printableJson } from '../../ground/printable.js';
import { writeStderr } from '../stderr.js';
import type { Reporter } from './reporter.js';

/** Writes each event as a line of JSON. `finished` comes only when the output is complete. */
export class JsonReporter implements Reporter {
  onEvent(event: BuildEvent): void {
    if (event.type !== 'finished') write(event);
  }

  finish(summary: BuildSummary): void {
    write({ type: 'finished', summary });
  }

  abort(): void {}
}

function write(event: BuildEvent): void {
  writeStderr(`${printableJson(event)}\n`);
}
