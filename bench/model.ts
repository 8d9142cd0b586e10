/** What other numbers of workers would give, reckoned from what each layer took. */
import { digestOrder } from '../src/build/schedule.js';
import type { LayerTimes } from './pass-report.js';
import { sum } from './statistics.js';

export interface ModelInput {
  /** In the image's order, as one worker took them. */
  readonly layers: readonly LayerTimes[];
  /** Bytes a second that the stream moves when nothing holds it up. */
  readonly streamRate: number;
}

export interface ModelRow {
  readonly workers: number;
  readonly scanSeconds: number;
  readonly digestSeconds: number;
  /** No order of the layers can take less: all the work shared evenly, or the largest layer alone. */
  readonly digestBound: number;
  /** Scan, then digest pass with the in-order stream behind it. */
  readonly wholeSeconds: number;
  /** No whole can take less: scan, and then the digest pass, or the stream of all bytes. */
  readonly wholeBound: number;
}

/** 1 to 128. */
const MODEL_WORKERS: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];

export function model(input: ModelInput, workerCounts: readonly number[] = MODEL_WORKERS): ModelRow[] {
  return workerCounts.map((workers) => modelRow(input, workers));
}

/** The least number of workers from which on the whole is within one part in a hundred of the last row's. */
export function enoughWorkers(rows: readonly ModelRow[]): number | undefined {
  const best = rows.at(-1)?.wholeSeconds ?? 0;
  return rows.find(({ wholeSeconds }) => wholeSeconds <= best * 1.01)?.workers;
}

function modelRow({ layers, streamRate }: ModelInput, workers: number): ModelRow {
  const scanSeconds = Math.max(
    0,
    ...listSchedule(
      layers.map((layer) => layer.scanSeconds ?? 0),
      workers,
    ),
  );
  const summed = digestTimes(layers, workers);
  const digestSeconds = Math.max(0, ...summed.values());
  const works = layers.map((layer) => layer.digestSeconds ?? 0);
  const digestBound = Math.max(0, ...works, sum(works) / workers);
  let streamed = 0;
  for (const layer of layers) streamed = Math.max(streamed, summed.get(layer) ?? 0) + layer.size / streamRate;
  return {
    workers,
    scanSeconds,
    digestSeconds,
    digestBound,
    wholeSeconds: scanSeconds + streamed,
    wholeBound: scanSeconds + Math.max(digestBound, sum(layers.map(({ size }) => size)) / streamRate),
  };
}

/** When each layer's digest is known, in seconds since the pass began. */
function digestTimes(layers: readonly LayerTimes[], workers: number): Map<LayerTimes, number> {
  const order = digestOrder(layers).filter(({ digestSeconds }) => digestSeconds !== undefined);
  const ends = listSchedule(
    order.map(({ digestSeconds = 0 }) => digestSeconds),
    workers,
  );
  return new Map(order.map((layer, i) => [layer, ends[i] ?? 0]));
}

/** When each piece of work ends, if whoever is free takes the next. */
export function listSchedule(works: readonly number[], workers: number): number[] {
  const free = new Array<number>(Math.min(workers, Math.max(1, works.length))).fill(0);
  return works.map((work) => {
    const first = free.indexOf(Math.min(...free));
    const end = (free[first] ?? 0) + work;
    free[first] = end;
    return end;
  });
}
