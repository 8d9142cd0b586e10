/** The progress of builds: recorded with `--progress json`, or simulated. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { BuildPlan, PlannedLayer } from '../../src/cli/progress/plan.js';
import { type Sample, TimeLeft } from '../../src/cli/progress/time-left.js';

const DIRECTORY = new URL('../../../test/cli/progress-series/', import.meta.url);

export interface Series {
  readonly plan: BuildPlan;
  /** The last is of the end of the build. `hashedLayers` became hashed since the sample before. */
  readonly samples: readonly (Sample & { readonly hashedLayers: readonly number[] })[];
}

interface Recording {
  readonly toHash: number;
  readonly toWrite: number;
  readonly workers: number;
  readonly layers: readonly (readonly [size: number, entries: number])[];
  readonly samples: readonly (readonly [
    at: number,
    hashed: number,
    written: number,
    hashedLayers: readonly number[],
  ])[];
}

export const RECORDED = readdirSync(DIRECTORY).map((file) => basename(file, '.json'));

export function readSeries(name: string): Series {
  const recording: Recording = JSON.parse(readFileSync(new URL(`${name}.json`, DIRECTORY), 'utf8'));
  const { toHash, toWrite, workers } = recording;
  const layers = placeLayers(recording.layers, toWrite - toHash);
  const samples = recording.samples.map(([at, hashed, written, hashedLayers]) => ({
    at,
    hashed,
    written,
    hashedLayers,
  }));
  return { plan: { toHash, toWrite, workers, layers, all: layers }, samples };
}

/** Layers after `base` bytes of other layers. */
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
  /** What was really left. */
  readonly truth: number;
}

export function estimates({ plan, samples }: Series): Estimate[] {
  const timeLeft = new TimeLeft(plan);
  const end = samples.at(-1)?.at ?? 0;
  return samples.map(({ hashedLayers, ...sample }) => {
    for (const layer of hashedLayers) timeLeft.layerHashed(layer);
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
  /** Bytes per second, of one thread that hashes, and of the stream. */
  readonly hashing: number;
  readonly streaming: number;
  /** All is hashed while it is written. */
  readonly hashesAlong?: boolean;
}

const STEP = 0.1;

/** A build whose threads and consumer keep one pace. Giants are hashed first. */
export function simulate({ layers, base = 0, workers = 2, hashing, streaming, hashesAlong }: Simulation): Series {
  const placed = placeLayers(
    layers.map((size) => [size, 1]),
    base,
  );
  const toWrite = layers.reduce((total, size) => total + size, base);
  const toHash = hashesAlong ? toWrite : toWrite - base;
  const queue = placed.map(({ layer, size }) => ({ layer, left: size })).sort((a, b) => b.left - a.left);
  const samples: Series['samples'][number][] = [{ at: 0, hashed: 0, written: 0, hashedLayers: [] }];
  let [hashed, written] = [0, 0];
  for (let at = STEP; written < toWrite || hashed < toHash; at += STEP) {
    const before = new Set(queue.map(({ layer }) => layer));
    for (const task of queue.slice(0, workers)) {
      const done = hashesAlong ? 0 : Math.min(task.left, hashing * STEP);
      task.left -= done;
      hashed += done;
    }
    queue.splice(0, queue.length, ...queue.filter(({ left }) => left > 0));
    const pending = new Set(queue.map(({ layer }) => layer));
    const ready = hashesAlong ? toWrite : (placed.find(({ layer }) => pending.has(layer))?.before ?? toWrite);
    written = Math.min(ready, written + streaming * STEP);
    if (hashesAlong) hashed = written;
    samples.push({ at, hashed, written, hashedLayers: [...before].filter((layer) => !pending.has(layer)) });
  }
  return { plan: { toHash, toWrite, workers, layers: placed, all: placed }, samples };
}
