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
  /** No order can take less: each layer is streamed after it is summed, and all behind it after that. */
  readonly wholeBound: number;
}

const MOST_WORKERS = 128;

/** A row for each number of workers, from 1 on. */
export function model(input: ModelInput): ModelRow[] {
  return Array.from({ length: MOST_WORKERS }, (_, i) => modelRow(input, i + 1));
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
  let bound = 0;
  for (const layer of layers) {
    const seconds = layer.size / streamRate;
    streamed = Math.max(streamed, summed.get(layer) ?? 0) + seconds;
    bound = Math.max(bound, layer.digestSeconds ?? 0) + seconds;
  }
  return {
    workers,
    scanSeconds,
    digestSeconds,
    digestBound,
    wholeSeconds: scanSeconds + streamed,
    wholeBound: scanSeconds + Math.max(digestBound, bound),
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
