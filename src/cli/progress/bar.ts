import progress, { MultiBar, type Options, type Params, Presets, type SingleBar } from 'cli-progress';
import type { BuildEvent, BuildSummary } from '../../events/events.js';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../ground/format.js';
import { writeStderr } from '../stderr.js';
import { Countdown, isInAccord, RecentRate } from './countdown.js';
import { formatLine, type LineTexts } from './line.js';
import { workOf } from './pace.js';
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
        this.#first = this.#bars.create(this.#scan.work.all, 0, scanTexts(this.#scan));
        this.#showScan();
        this.#bars.update();
        break;
      case 'layer-scanned':
        this.#scan?.layerScanned();
        this.#showScan();
        break;
      case 'planned':
        this.#begin(event);
        break;
      case 'layer-hashed':
        this.#passes?.layerHashed(event.layer);
        break;
      case 'progress':
        this.#done = event;
        this.#scan?.progress(event);
        this.#showScan();
        this.#passes?.update(event);
        break;
      case 'warning':
        this.#warn(event.message);
    }
  }

  finish(summary: BuildSummary): void {
    this.abort();
    writeStderr(formatSummary(summary, this.#places));
  }

  abort(): void {
    this.#bars?.stop();
    this.#bars = undefined;
    this.#first = undefined;
    this.#passes = undefined;
  }

  #showScan(): void {
    if (this.#scan === undefined || this.#passes !== undefined) return;
    this.#first?.update(this.#scan.work.done, scanTexts(this.#scan));
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
    const write = toWrite === 0 ? undefined : hash === undefined ? first : bars.create(1, 0, {});
    if (hash === undefined && write === undefined) bars.remove(first);
    else first.setTotal(1);
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
  readonly #bars: PassBars;
  readonly #timeLeft: TimeLeft;
  readonly #countdown = new Countdown();
  readonly #hashRate = new RecentRate();
  readonly #writeRate = new RecentRate();
  /** The work of both passes, in bytes. */
  readonly #all: { readonly toHash: number; readonly toWrite: number };

  constructor(plan: BuildPlan, bars: PassBars) {
    this.#bars = bars;
    this.#timeLeft = new TimeLeft(plan);
    const { toHash, toWrite } = this.#timeLeft.workLeft({ hashed: 0, written: 0 });
    this.#all = { toHash: workOf(toHash), toWrite: workOf(toWrite) };
  }

  layerHashed(layer: number): void {
    this.#timeLeft.layerHashed(layer);
  }

  update({ hashed, written }: { hashed: number; written: number }): void {
    const at = performance.now() / 1000;
    const left = this.#countdown.show(this.#timeLeft.after({ at, hashed, written }), at);
    const { toHash, toWrite } = this.#timeLeft.workLeft({ hashed, written });
    const hashRate = this.#hashRate.after(hashed, at);
    const writeRate = this.#writeRate.after(written, at);
    const { hash, write } = this.#bars;
    const isLast = write === undefined;
    hash?.update(doneOf(workOf(toHash), this.#all.toHash), {
      // A layer that becomes a blob is written while it is hashed.
      label: isLast ? 'written' : 'hashed',
      amount: formatBytes(hashed),
      rate: toHash.bytes > 0 ? rateText(hashRate, { bytes: toHash.bytes, left: isLast ? left : undefined }) : '',
      left: isLast ? leftText(left) : '',
    } satisfies LineTexts);
    write?.update(doneOf(workOf(toWrite), this.#all.toWrite), {
      label: 'written',
      amount: formatBytes(written),
      rate: rateText(writeRate, { bytes: toWrite.bytes, left }),
      left: leftText(left),
    } satisfies LineTexts);
  }
}

/** As a share of 1. */
function doneOf(left: number, all: number): number {
  return all > 0 ? Math.min(1, Math.max(0, 1 - left / all)) : 1;
}

/** A blank, which keeps the place, while the rate is unknown, or where it would contradict the time beside it. */
function rateText(rate: number | undefined, { bytes, left }: { bytes: number; left: number | undefined }): string {
  if (rate === undefined || (left !== undefined && !isInAccord(rate, { bytes, left }))) return ' ';
  return formatRate(rate, 1);
}

function leftText(left: number | undefined): string {
  return left === undefined ? '' : `${formatDuration(left)} left`;
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

function scanTexts({ layers, entries }: Scan): LineTexts {
  const found = entries > 0 ? formatCount(entries, 'entry', 'entries') : '';
  return { label: 'scanned', amount: found, rate: '', left: `${layers.done} of ${formatCount(layers.all, 'layer')}` };
}
