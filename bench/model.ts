/** What other numbers of workers would take, calculated from the time of each layer. */
import { digestOrder, makeShareOut } from '../src/pipeline/schedule.js';
import type { LayerTimes } from './pass-report.js';
import { sum } from './statistics.js';

export interface ModelInput {
  /** The layers in the image's order, with the times that one worker took. */
  readonly layers: readonly LayerTimes[];
  /** The time of a layer for which a second thread reads, divided by its time on one thread. */
  readonly feedRatio: number;
  /** Bytes per second that the stream moves if it never waits. */
  readonly streamRate: number;
}

export interface ModelRow {
  readonly workers: number;
  readonly scanSeconds: number;
  readonly digestSeconds: number;
  /** A lower bound for any order of the layers: all work shared evenly, or the largest layer alone. */
  readonly digestBound: number;
  /** Scan, then digest pass, with the stream in order after it. */
  readonly wholeSeconds: number;
  /** A lower bound for any order: each layer is streamed after it is hashed, and all later layers after that. */
  readonly wholeBound: number;
}

const MOST_WORKERS = 128;

/** A row for each number of workers, starting at 1. */
export function model(input: ModelInput): ModelRow[] {
  return Array.from({ length: MOST_WORKERS }, (_, i) => modelRow(input, i + 1));
}

/** The least number of workers whose whole time is within 1 % of the last row's. */
export function enoughWorkers(rows: readonly ModelRow[]): number | undefined {
  const best = rows.at(-1)?.wholeSeconds ?? 0;
  return rows.find(({ wholeSeconds }) => wholeSeconds <= best * 1.01)?.workers;
}

/** The feed ratio of layers for which one of two workers read for the other; 1 if there are none. */
export function feedRatio(alone: readonly LayerTimes[], withTwo: readonly LayerTimes[]): number {
  const pairs = withTwo.flatMap(({ fed, digestSeconds = 0 }, i) =>
    fed ? [{ fed: digestSeconds, alone: alone[i]?.digestSeconds ?? 0 }] : [],
  );
  const before = sum(pairs.map((pair) => pair.alone));
  return before > 0 ? sum(pairs.map((pair) => pair.fed)) / before : 1;
}

function modelRow(input: ModelInput, workers: number): ModelRow {
  const { layers, streamRate } = input;
  const scans = schedule(
    layers.flatMap((layer) => layer.scanSeconds),
    { threads: workers, share: () => 1, seconds: (work) => work },
  );
  const scanSeconds = Math.max(0, ...scans);
  const hashed = digestEnds(input, workers);
  const digestSeconds = Math.max(0, ...hashed.values());
  const shortest = ({ digestSeconds: seconds = 0 }: LayerTimes): number =>
    workers > 1 ? seconds * Math.min(1, input.feedRatio) : seconds;
  const shared = sum(layers.map((layer) => layer.digestSeconds ?? 0)) / workers;
  let streamed = 0;
  let bound = 0;
  for (const layer of layers) {
    const seconds = layer.size / streamRate;
    streamed = Math.max(streamed, hashed.get(layer) ?? 0) + seconds;
    bound = Math.max(bound, shortest(layer)) + seconds;
  }
  const digestBound = Math.max(shared, ...layers.map(shortest));
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
function digestEnds({ layers, feedRatio: ratio }: ModelInput, workers: number): Map<LayerTimes, number> {
  const queue = digestOrder(layers).filter(({ digestSeconds }) => digestSeconds !== undefined);
  const threads = Math.max(1, Math.min(workers, queue.length));
  const ends = schedule(queue, {
    threads,
    share: makeShareOut(queue, threads),
    seconds: ({ digestSeconds = 0 }, taken) => digestSeconds * (taken > 1 ? ratio : 1),
  });
  return new Map(queue.map((layer, i) => [layer, ends[i] ?? 0]));
}

export interface ScheduleOptions<T> {
  readonly threads: number;
  /** How many of the free threads a piece of work gets. */
  readonly share: (work: T, free: number) => number;
  /** The seconds that it takes on that many threads. */
  readonly seconds: (work: T, threads: number) => number;
}

/** When each piece of work ends, if each begins, in order, as soon as a thread is free. */
export function schedule<T>(works: readonly T[], { threads, share, seconds }: ScheduleOptions<T>): number[] {
  let running: { readonly end: number; readonly taken: number }[] = [];
  let free = threads;
  let now = 0;
  return works.map((work) => {
    if (free === 0) {
      now = Math.min(...running.map(({ end }) => end));
      free = sum(running.filter(({ end }) => end <= now).map(({ taken }) => taken));
      running = running.filter(({ end }) => end > now);
    }
    const taken = share(work, free);
    const end = now + seconds(work, taken);
    running.push({ end, taken });
    free -= taken;
    return end;
  });
}
