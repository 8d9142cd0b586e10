import type { BuildEvent, BuildSummary } from '../../events/events.js';
import { formatBytes, formatCount } from '../../ground/format.js';
import type { Reporter } from './reporter.js';
import { formatSummary } from './summary.js';
import { writeWarning } from './warning.js';

/** A line for each layer that was written. */
export class PlainReporter implements Reporter {
  readonly #contents = new Map<number, string>();
  #layers = 0;

  onEvent(event: BuildEvent): void {
    if (event.type === 'started') this.#layers = event.layers;
    if (event.type === 'layer-scanned') {
      const contents = `${formatCount(event.paths.length, 'path')}, ${formatCount(event.entries, 'entry', 'entries')}, `;
      this.#contents.set(event.layer, contents);
    }
    if (event.type !== 'layer-written') return;
    const contents = this.#contents.get(event.layer) ?? '';
    write(`layer ${event.layer + 1}/${this.#layers}: ${contents}${formatBytes(event.size)}, ${event.diffId}\n`);
  }

  warn(message: string): void {
    writeWarning(message);
  }

  finish(summary: BuildSummary): void {
    write(formatSummary(summary));
  }

  stop(): void {}
}

function write(text: string): void {
  process.stderr.write(text);
}
