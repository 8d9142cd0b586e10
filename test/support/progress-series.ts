/** How builds went: recorded from `--progress json`, or made up. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { BuildPlan, PlannedLayer } from '../../src/cli/progress/plan.js';
import { type Sample, TimeLeft } from '../../src/cli/progress/time-left.js';

const DIRECTORY = new URL('../../../test/cli/progress-series/', import.meta.url);

export interface Series {
  readonly plan: BuildPlan;
  /** Ends with the build; with the layers that were summed since the one before. */
  readonly samples: readonly (Sample & { readonly summedLayers: readonly number[] })[];
}

interface Recording {
  readonly toSum: number;
  readonly toWrite: number;
  readonly workers: number;
  readonly layers: readonly (readonly [size: number, entries: number])[];
  readonly samples: readonly (readonly [
    at: number,
    summed: number,
    written: number,
    summedLayers: readonly number[],
  ])[];
}

export const RECORDED = readdirSync(DIRECTORY).map((file) => basename(file, '.json'));

export function readSeries(name: string): Series {
  const recording: Recording = JSON.parse(readFileSync(new URL(`${name}.json`, DIRECTORY), 'utf8'));
  const { toSum, toWrite, workers } = recording;
  const layers = placeLayers(recording.layers, toWrite - toSum);
  const samples = recording.samples.map(([at, summed, written, summedLayers]) => ({
    at,
    summed,
    written,
    summedLayers,
  }));
  return { plan: { toSum, toWrite, workers, layers }, samples };
}

/** Layers behind `base` bytes of other ones. */
export function placeLayers(
  sizes: readonly (readonly [size: number, entries: number])[],
  base: number,
): PlannedLayer[] {
  let before = base;
  return sizes.map(([size, entries], layer) => {
    const placed = { layer, before, size, entries };
    before += size;
    return placed;
  });
}

export interface Estimate {
  readonly at: number;
  readonly left: number | undefined;
  /** What was left in truth. */
  readonly truth: number;
}

export function estimates({ plan, samples }: Series): Estimate[] {
  const timeLeft = new TimeLeft(plan);
  const end = samples.at(-1)?.at ?? 0;
  return samples.map(({ summedLayers, ...sample }) => {
    for (const layer of summedLayers) timeLeft.layerSummed(layer);
    return { at: sample.at, left: timeLeft.after(sample), truth: end - sample.at };
  });
}

/** The share of estimates, after the first fifth of the time, that are off by no more than 35 % or 1.5 s. */
export function shareRight(series: Series): number {
  const all = estimates(series);
  const end = all.at(-1)?.at ?? 0;
  const judged = all.filter(({ at }) => at >= end / 5);
  const right = judged.filter(
    ({ left, truth }) => left !== undefined && Math.abs(left - truth) <= Math.max(0.35 * truth, 1.5),
  );
  return right.length / judged.length;
}

export interface Simulation {
  readonly layers: readonly number[];
  readonly base?: number;
  readonly workers?: number;
  /** Bytes per second, of one thread that sums, and of the stream. */
  readonly summing: number;
  readonly streaming: number;
  /** All is summed while it is written. */
  readonly sumsAlong?: boolean;
}

const STEP = 0.1;

/** A build whose threads and consumer keep one pace. Giants are summed first. */
export function simulate({ layers, base = 0, workers = 2, summing, streaming, sumsAlong }: Simulation): Series {
  const placed = placeLayers(
    layers.map((size) => [size, 1]),
    base,
  );
  const toWrite = layers.reduce((sum, size) => sum + size, base);
  const toSum = sumsAlong ? toWrite : toWrite - base;
  const queue = placed.map(({ layer, size }) => ({ layer, left: size })).sort((a, b) => b.left - a.left);
  const samples: Series['samples'][number][] = [{ at: 0, summed: 0, written: 0, summedLayers: [] }];
  let [summed, written] = [0, 0];
  for (let at = STEP; written < toWrite || summed < toSum; at += STEP) {
    const before = new Set(queue.map(({ layer }) => layer));
    for (const task of queue.slice(0, workers)) {
      const done = sumsAlong ? 0 : Math.min(task.left, summing * STEP);
      task.left -= done;
      summed += done;
    }
    queue.splice(0, queue.length, ...queue.filter(({ left }) => left > 0));
    const pending = new Set(queue.map(({ layer }) => layer));
    const ready = sumsAlong ? toWrite : (placed.find(({ layer }) => pending.has(layer))?.before ?? toWrite);
    written = Math.min(ready, written + streaming * STEP);
    if (sumsAlong) summed = written;
    samples.push({ at, summed, written, summedLayers: [...before].filter((layer) => !pending.has(layer)) });
  }
  return { plan: { toSum, toWrite, workers, layers: placed }, samples };
}
