/** What the program is to reach, and whether it did. */
import { formatBytes } from '../src/format.js';
import { DEFAULT_VARIANT, SINGLE_PASS } from './contenders.js';
import { formatTime } from './format.js';
import type { Sink } from './pipeline.js';
import { type ClosureResult, findMeasurement, type TargetResult } from './results.js';

type Shape = 'balanced' | 'giant' | 'closure' | 'tiny' | 'million';

interface Target {
  readonly target: string;
  readonly shape: Shape;
  readonly limit: number;
  readonly bound: 'at most' | 'at least';
  readonly format: (value: number) => string;
  readonly measure: (result: ClosureResult) => number | undefined;
}

const TARGETS: readonly Target[] = [
  {
    target: 'balanced layers, | cat, as many times as cat alone',
    shape: 'balanced',
    ...atMost(1, formatRatio),
    measure: (result) => timesCat(result, 'pipe', DEFAULT_VARIANT),
  },
  {
    target: 'balanced layers, | cat, times faster than the reference script',
    shape: 'balanced',
    ...atLeast(6, formatRatio),
    measure: (result) => timesFaster(result, 'pipe'),
  },
  {
    target: 'one giant layer, | cat, as many times as cat alone',
    shape: 'giant',
    ...atMost(1.5, formatRatio),
    measure: (result) => timesCat(result, 'pipe', DEFAULT_VARIANT),
  },
  {
    target: 'one giant layer, --single-pass, | cat, as many times as cat alone',
    shape: 'giant',
    ...atMost(1.1, formatRatio),
    measure: (result) => timesCat(result, 'pipe', SINGLE_PASS),
  },
  {
    target: 'to /dev/null, times faster than the reference script',
    shape: 'closure',
    ...atLeast(8, formatRatio),
    measure: (result) => timesFaster(result, 'null'),
  },
  {
    target: 'balanced layers, digest pass, 2 workers, times faster than 1',
    shape: 'balanced',
    ...atLeast(1.8, formatRatio),
    measure: twoWorkers,
  },
  {
    target: "main thread's CPU time for each GB streamed",
    shape: 'closure',
    ...atMost(0.1, formatTime),
    measure: (result) => result.passes?.mainThreadSecondsPerGb,
  },
  { target: 'peak memory', shape: 'closure', ...atMost(200e6, formatBytes), measure: peakMemory },
  {
    target: 'peak memory, a million files of 1 kB in 100 layers',
    shape: 'million',
    ...atMost(400e6, formatBytes),
    measure: peakMemory,
  },
  {
    target: 'an image of 1 MB, whole command',
    shape: 'tiny',
    ...atMost(0.2, formatTime),
    measure: (result) => ours(result, 'pipe', DEFAULT_VARIANT),
  },
];

/** A layer with more of all bytes than this is a giant. */
const GIANT_SHARE = 0.5;
/** Layers are balanced where none has more than this. */
const BALANCED_SHARE = 0.125;

/** Each target beside what each closure that it is about gave. */
export function judge(results: readonly ClosureResult[]): TargetResult[] {
  return TARGETS.flatMap(({ target, shape, limit, bound, format, measure }) => {
    const told = { target, limit: `${bound} ${format(limit)}` };
    const measured = results
      .filter((result) => hasShape(result, shape))
      .flatMap((result): TargetResult[] => {
        const value = measure(result);
        if (value === undefined) return [];
        const met = bound === 'at most' ? value <= limit : value >= limit;
        return [{ ...told, closure: result.name, result: format(value), met }];
      });
    if (measured.length > 0) return measured;
    return [{ ...told, closure: undefined, result: undefined, met: undefined }];
  });
}

function hasShape({ judgedAs, largestLayer, archiveBytes }: ClosureResult, shape: Shape): boolean {
  if (shape !== 'balanced' && shape !== 'giant') return judgedAs === shape;
  if (judgedAs !== 'closure') return false;
  const share = largestLayer / archiveBytes;
  return shape === 'giant' ? share > GIANT_SHARE : share <= BALANCED_SHARE;
}

function ours(result: ClosureResult, sink: Sink, contender: string): number | undefined {
  return findMeasurement(result, { role: 'ours', sink, contender })?.seconds.median;
}

function timesCat(result: ClosureResult, sink: Sink, contender: string): number | undefined {
  return quotient(ours(result, sink, contender), findMeasurement(result, { role: 'cat', sink })?.seconds.median);
}

function timesFaster(result: ClosureResult, sink: Sink): number | undefined {
  const reference = findMeasurement(result, { role: 'reference', sink });
  return quotient(reference?.seconds.median, ours(result, sink, DEFAULT_VARIANT));
}

function twoWorkers({ passes }: ClosureResult): number | undefined {
  const seconds = (wanted: number): number | undefined =>
    passes?.scaling.find(({ workers }) => workers === wanted)?.seconds.median;
  return quotient(seconds(1), seconds(2));
}

function peakMemory({ measurements }: ClosureResult): number | undefined {
  const peaks = measurements
    .filter(({ contender }) => contender === DEFAULT_VARIANT)
    .flatMap((measurement) => measurement.peakMemory ?? []);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

function atMost(limit: number, format: (value: number) => string): Pick<Target, 'limit' | 'bound' | 'format'> {
  return { limit, bound: 'at most', format };
}

function atLeast(limit: number, format: (value: number) => string): Pick<Target, 'limit' | 'bound' | 'format'> {
  return { limit, bound: 'at least', format };
}

function formatRatio(value: number): string {
  return `${value.toFixed(2)} ×`;
}
