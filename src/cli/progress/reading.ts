/** Shows on standard error how far a file or a stream is read, of whose contents nothing is known before. */

import progress, { type Options, type Params, Presets, SingleBar } from 'cli-progress';
import { formatBytes, formatDuration, formatRate } from '../../ground/format.js';
import { writeStderr } from '../stderr.js';
import { Countdown, RecentRate } from './countdown.js';
import { formatLine, type LineTexts } from './line.js';
import { drawsBars, type ProgressKind } from './make-reporter.js';

/** Bytes that were read, and that there are, as far as that is known. */
export interface ReadBytes {
  readonly read: number;
  readonly total: number | undefined;
}

export interface ReadingReporter {
  onProgress(bytes: ReadBytes): void;
  /** Leaves the terminal as it was. May be called twice. */
  end(): void;
}

/** Undefined where nothing is to be shown. */
export function makeReadingReporter(kind: ProgressKind): ReadingReporter | undefined {
  if (drawsBars(kind)) return new BarReporter();
  if (kind === 'json') return new JsonReporter();
  return kind === 'off' ? undefined : new PlainReporter();
}

class BarReporter implements ReadingReporter {
  readonly #rate = new RecentRate();
  readonly #countdown = new Countdown();
  #bar: SingleBar | undefined;

  onProgress({ read, total }: ReadBytes): void {
    const at = performance.now() / 1000;
    const rate = this.#rate.after(read, at);
    const rest = total === undefined || !rate ? undefined : (total - read) / rate;
    const left = this.#countdown.show(rest, at);
    const texts: LineTexts = {
      label: 'read',
      amount: total === undefined ? formatBytes(read) : `${formatBytes(read)} of ${formatBytes(total)}`,
      // A blank keeps its place.
      rate: rate === undefined ? ' ' : formatRate(rate, 1),
      left: left === undefined ? '' : `${formatDuration(left)} left`,
    };
    if (this.#bar === undefined) {
      this.#bar = new SingleBar(OPTIONS, Presets.shades_classic);
      this.#bar.start(total ?? 0, 0, texts);
    }
    this.#bar.update(read, texts);
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

const OPTIONS: Options = {
  format: (options: Options, { total, progress: done, maxWidth }: Params, texts: LineTexts) => {
    if (total === 0)
      return [texts.label, texts.amount, texts.rate]
        .join('  ')
        .trimEnd()
        .slice(0, maxWidth - 1);
    const bar = (barsize: number): string => progress.Format.BarFormat(done, { ...options, barsize });
    return formatLine(maxWidth, { texts, done, bar });
  },
  stream: process.stderr,
  fps: 5,
  clearOnComplete: true,
  hideCursor: true,
  gracefulExit: false,
};

class JsonReporter implements ReadingReporter {
  onProgress({ read, total }: ReadBytes): void {
    writeStderr(`${JSON.stringify({ type: 'progress', read, total: total ?? null })}\n`);
  }

  end(): void {}
}

/** Milliseconds between two lines: a log needs a sign of life, and not many. */
const PLAIN_INTERVAL = 10_000;

class PlainReporter implements ReadingReporter {
  #last = performance.now();

  onProgress({ read, total }: ReadBytes): void {
    if (performance.now() - this.#last < PLAIN_INTERVAL) return;
    this.#last = performance.now();
    writeStderr(`read ${formatBytes(read)}${total === undefined ? '' : ` of ${formatBytes(total)}`}\n`);
  }

  end(): void {}
}
