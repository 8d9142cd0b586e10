import progress, { MultiBar, type Options, type Params, Presets, type SingleBar } from 'cli-progress';
import type { BuildEvent, BuildSummary } from '../../events/events.js';
import { formatBytes, formatDuration, formatRate } from '../../ground/format.js';
import { Countdown, RecentRate } from './countdown.js';
import { formatLine, type LineTexts } from './line.js';
import { type BuildPlan, Scan } from './plan.js';
import { formatWarning, type Reporter, writeWarning } from './reporter.js';
import { formatSummary, type Places } from './summary.js';
import { TimeLeft } from './time-left.js';

/**
 * Draws a bar for the scan, then one for each pass that has something to do, with the time left for both. If layers
 * become blobs there is only one pass.
 */
export class BarReporter implements Reporter {
  readonly #places: Places;
  #bars: MultiBar | undefined;
  #first: SingleBar | undefined;
  #scan: Scan | undefined;
  #passes: Passes | undefined;
  /** Layers with known digests may be written before all are scanned. */
  #done = { hashed: 0, written: 0 };

  constructor(places: Places) {
    this.#places = places;
  }

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
      case 'layer-hashed':
        this.#passes?.layerHashed(event.layer);
        break;
      case 'progress':
        this.#done = event;
        this.#passes?.update(event);
        break;
      case 'warning':
        this.#warn(event.message);
    }
  }

  finish(summary: BuildSummary): void {
    this.abort();
    process.stderr.write(formatSummary(summary, this.#places));
  }

  abort(): void {
    this.#bars?.stop();
    this.#bars = undefined;
    this.#first = undefined;
    this.#passes = undefined;
  }

  #warn(message: string): void {
    if (this.#bars === undefined) writeWarning(message);
    // Above the bars: elsewhere they would be drawn over it.
    this.#bars?.log(formatWarning(message));
    this.#bars?.update();
  }

  #begin(event: Extract<BuildEvent, { type: 'planned' }>): void {
    if (this.#bars === undefined || this.#first === undefined || this.#scan === undefined) return;
    const [bars, first] = [this.#bars, this.#first];
    const { toHash, toWrite } = event;
    const hash = toHash > 0 ? first : undefined;
    const write = toWrite === 0 ? undefined : hash === undefined ? first : bars.create(toWrite, 0, {});
    if (hash === undefined && write === undefined) bars.remove(first);
    else first.setTotal(hash === undefined ? toWrite : toHash);
    this.#passes = new Passes(this.#scan.plan(event), { hash, write });
    this.#passes.update(this.#done);
    this.#bars.update();
  }
}

interface PassBars {
  /** None if all digests are known. */
  readonly hash: SingleBar | undefined;
  /** None if nothing is streamed. */
  readonly write: SingleBar | undefined;
}

class Passes {
  readonly #plan: BuildPlan;
  readonly #bars: PassBars;
  readonly #timeLeft: TimeLeft;
  readonly #countdown = new Countdown();
  readonly #hashRate = new RecentRate();
  readonly #writeRate = new RecentRate();

  constructor(plan: BuildPlan, bars: PassBars) {
    this.#plan = plan;
    this.#bars = bars;
    this.#timeLeft = new TimeLeft(plan);
  }

  layerHashed(layer: number): void {
    this.#timeLeft.layerHashed(layer);
  }

  update({ hashed, written }: { hashed: number; written: number }): void {
    const { toHash, toWrite } = this.#plan;
    const at = performance.now() / 1000;
    const left = this.#countdown.show(this.#timeLeft.after({ at, hashed, written }), at);
    const hashRate = this.#hashRate.after(hashed, at);
    const writeRate = this.#writeRate.after(written, at);
    const timeLeft = left === undefined ? '' : `${formatDuration(left)} left`;
    const { hash, write } = this.#bars;
    const hashTexts: LineTexts = {
      // A layer that becomes a blob is written while it is hashed.
      label: write === undefined ? 'written' : 'hashed',
      amount: amountOf(hashed, toHash),
      rate: hashed < toHash ? rateOf(hashRate) : '',
      left: write === undefined ? timeLeft : '',
    };
    hash?.update(hashed, hashTexts);
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
