import progress, { MultiBar, type Options, type Params, Presets, type SingleBar } from 'cli-progress';
import type { BuildEvent, BuildSummary } from '../../events/events.js';
import { formatBytes, formatDuration, formatRate } from '../../ground/format.js';
import { Countdown } from './countdown.js';
import { formatLine, type LineTexts } from './line.js';
import { type BuildPlan, Scan } from './plan.js';
import { RecentRate } from './recent-rate.js';
import type { Reporter } from './reporter.js';
import { formatSummary } from './summary.js';
import { TimeLeft } from './time-left.js';
import { formatWarning, writeWarning } from './warning.js';

/**
 * Draws what it is told of: a bar for the scan, and then one for each of the passes that has something to do, with the
 * time left for both. Where layers become blobs there is but one pass.
 */
export class BarReporter implements Reporter {
  #bars: MultiBar | undefined;
  #first: SingleBar | undefined;
  #scan: Scan | undefined;
  #passes: Passes | undefined;
  /** What is known may be written before all is scanned. */
  #done = { summed: 0, written: 0 };

  onEvent(event: BuildEvent): void {
    switch (event.type) {
      case 'started':
        this.#scan = new Scan(event);
        this.#bars = new MultiBar(OPTIONS, Presets.shades_classic);
        this.#first = this.#bars.create(event.toScan, 0, scanTexts(this.#scan));
        this.#bars.update();
        break;
      case 'layer-scanned':
        this.#scan?.layerScanned();
        if (this.#scan !== undefined) this.#first?.update(this.#scan.scanned, scanTexts(this.#scan));
        break;
      case 'planned':
        this.#begin(event);
        break;
      case 'layer-summed':
        this.#passes?.layerSummed(event.layer);
        break;
      case 'progress':
        this.#done = event;
        this.#passes?.update(event);
    }
  }

  warn(message: string): void {
    if (this.#bars === undefined) writeWarning(message);
    // Above the bars, which would be drawn over it.
    this.#bars?.log(formatWarning(message));
    this.#bars?.update();
  }

  finish(summary: BuildSummary): void {
    this.stop();
    process.stderr.write(formatSummary(summary));
  }

  stop(): void {
    this.#bars?.stop();
    this.#bars = undefined;
    this.#first = undefined;
    this.#passes = undefined;
  }

  #begin(event: Extract<BuildEvent, { type: 'planned' }>): void {
    if (this.#bars === undefined || this.#first === undefined || this.#scan === undefined) return;
    const [bars, first] = [this.#bars, this.#first];
    const { toSum, toWrite } = event;
    const sum = toSum > 0 ? first : undefined;
    const write = toWrite === 0 ? undefined : sum === undefined ? first : bars.create(toWrite, 0, {});
    if (sum === undefined && write === undefined) bars.remove(first);
    else first.setTotal(sum === undefined ? toWrite : toSum);
    this.#passes = new Passes(this.#scan.plan(event), { sum, write });
    this.#passes.update(this.#done);
    this.#bars.update();
  }
}

interface PassBars {
  /** None where all digests are known. */
  readonly sum: SingleBar | undefined;
  /** None where nothing is streamed. */
  readonly write: SingleBar | undefined;
}

class Passes {
  readonly #plan: BuildPlan;
  readonly #bars: PassBars;
  readonly #timeLeft: TimeLeft;
  readonly #countdown = new Countdown();
  readonly #sumRate = new RecentRate();
  readonly #writeRate = new RecentRate();

  constructor(plan: BuildPlan, bars: PassBars) {
    this.#plan = plan;
    this.#bars = bars;
    this.#timeLeft = new TimeLeft(plan);
  }

  layerSummed(layer: number): void {
    this.#timeLeft.layerSummed(layer);
  }

  update({ summed, written }: { summed: number; written: number }): void {
    const { toSum, toWrite } = this.#plan;
    const at = performance.now() / 1000;
    const left = this.#countdown.show(this.#timeLeft.after({ at, summed, written }), at);
    const sumRate = this.#sumRate.after(summed, at);
    const writeRate = this.#writeRate.after(written, at);
    const timeLeft = left === undefined ? '' : `${formatDuration(left)} left`;
    const { sum, write } = this.#bars;
    const sumTexts: LineTexts = {
      // What becomes a blob is written as it is summed.
      label: write === undefined ? 'written' : 'summed',
      amount: amountOf(summed, toSum),
      rate: summed < toSum ? rateOf(sumRate) : '',
      left: write === undefined ? timeLeft : '',
    };
    sum?.update(summed, sumTexts);
    const writeTexts: LineTexts = {
      label: 'written',
      amount: amountOf(written, toWrite),
      rate: rateOf(writeRate),
      left: timeLeft,
    };
    write?.update(written, writeTexts);
  }
}

const OPTIONS: Options = {
  format: (options: Options, { progress: done, maxWidth }: Params, texts: LineTexts) =>
    formatLine(maxWidth, { texts, done, bar: (barsize) => progress.Format.BarFormat(done, { ...options, barsize }) }),
  stream: process.stderr,
  fps: 5,
  clearOnComplete: true,
  hideCursor: true,
  gracefulExit: false,
};

function scanTexts({ scanned, toScan }: Scan): LineTexts {
  return { label: 'scanned', amount: '', rate: '', left: `${scanned} of ${toScan} layers` };
}

function amountOf(done: number, total: number): string {
  return `${formatBytes(done)} of ${formatBytes(total)}`;
}

function rateOf({ bytes, seconds }: { bytes: number; seconds: number }): string {
  return formatRate(bytes, seconds);
}
