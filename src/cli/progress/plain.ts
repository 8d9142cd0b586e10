import type { BuildEvent, BuildSummary } from '../../events/events.js';
import { formatBytes, formatCount } from '../../ground/format.js';
import { type Reporter, writeWarning } from './reporter.js';
import { formatSummary } from './summary.js';

/** Writes a line for each layer, once it is written. */
export class PlainReporter implements Reporter {
  readonly #contents = new Map<number, string>();
  #layers = 0;

  onEvent(event: BuildEvent): void {
    switch (event.type) {
      case 'started':
        this.#layers = event.layers;
        break;
      case 'layer-scanned': {
        const paths = formatCount(event.paths.length, 'path');
        this.#contents.set(event.layer, `${paths}, ${formatCount(event.entries, 'entry', 'entries')}, `);
        break;
      }
      case 'layer-written': {
        const contents = this.#contents.get(event.layer) ?? '';
        write(`layer ${event.layer + 1}/${this.#layers}: ${contents}${formatBytes(event.size)}, ${event.diffId}\n`);
        break;
      }
      case 'warning':
        writeWarning(event.message);
    }
  }

  finish(summary: BuildSummary): void {
    write(formatSummary(summary));
  }

  abort(): void {}
}

function write(text: string): void {
  process.stderr.write(text);
}
