import { Presets, SingleBar } from 'cli-progress';
import type { BuildEvent, BuildSummary } from '../../events.js';
import { formatBytes, formatRate } from '../../format.js';
import type { Reporter } from './reporter.js';
import { formatSummary } from './summary.js';
import { writeWarning } from './warning.js';

const FORMAT = '{bar} {percentage}% | summed {summed} | written {written} | {rate} | {left} left';

/**
 * One bar for both passes: it is full when all is summed and all is written. The time left goes by the rate of both
 * together since the work began.
 */
export class BarReporter implements Reporter {
  #bar: SingleBar | undefined;
  #start = 0;
  #total = 0;

  onEvent(event: BuildEvent): void {
    if (event.type === 'planned') this.#begin(event.toSum + event.toWrite);
    if (event.type === 'progress' && this.#bar !== undefined) this.#update(this.#bar, event);
  }

  warn(message: string): void {
    writeWarning(message);
  }

  finish(summary: BuildSummary): void {
    this.stop();
    process.stderr.write(formatSummary(summary));
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #begin(total: number): void {
    this.#total = total;
    this.#start = performance.now();
    this.#bar = new SingleBar(
      {
        format: FORMAT,
        stream: process.stderr,
        barsize: 24,
        clearOnComplete: true,
        hideCursor: true,
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
    this.#bar.start(total, 0, { summed: '0 B', written: '0 B', rate: formatRate(0, 0), left: '–' });
  }

  #update(bar: SingleBar, { summed, written }: { summed: number; written: number }): void {
    const done = summed + written;
    const seconds = (performance.now() - this.#start) / 1000;
    const left = done > 0 ? `${Math.ceil(((this.#total - done) / done) * seconds)} s` : '–';
    bar.update(done, {
      summed: formatBytes(summed),
      written: formatBytes(written),
      rate: formatRate(done, seconds),
      left,
    });
  }
}
