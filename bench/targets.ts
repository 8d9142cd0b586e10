/** The targets of the program, and whether it meets them. */
import { formatBytes } from '../src/ground/format.js';
import { hasGiant } from './closure-shape.js';
import { GZIP, ZSTD } from './compression.js';
import { OCI_AGAIN } from './contenders.js';
import { formatTime } from './format.js';
import { OCI } from './layouts.js';
import type { ClosureResult, TargetResult } from './results.js';
import { STREAM_AGAIN } from './second-builds.js';
import { DEFAULT_VARIANT, SINGLE_PASS } from './streams.js';
import {
  layoutMemory,
  secondsBeyond,
  streamMemory,
  streamSeconds,
  timesBeside,
  timesCat,
  timesFaster,
  timesPeer,
  twoWorkersCompress,
  twoWorkersHash,
} from './target-measures.js';

type Shape = 'balanced' | 'giant' | 'closure' | 'tiny' | 'million';

interface Target {
  readonly target: string;
  /** What it means for an image. */
  readonly ifMissed: string;
  readonly shape: Shape;
  readonly limit: number;
  readonly bound: 'at most' | 'at least';
  readonly format: (value: number) => string;
  readonly measure: (result: ClosureResult) => number | undefined;
}

const TARGETS: readonly Target[] = [
  {
    target: 'balanced layers, | cat, as many times as cat alone',
    ifMissed: `Digests are not known as soon as the pipe could take the layers. More cores help, or --single-pass.`,
    shape: 'balanced',
    ...atMost(1, formatRatio),
    measure: (result) => timesCat(result, 'pipe', DEFAULT_VARIANT),
  },
  {
    target: 'balanced layers, | cat, times faster than the reference script',
    ifMissed: `The threads gain less on these cores than they should.`,
    shape: 'balanced',
    ...atLeast(6, formatRatio),
    measure: (result) => timesFaster(result, 'pipe'),
  },
  {
    target: 'one giant layer, | cat, as many times as cat alone',
    ifMissed: `One thread has to hash the largest layer before it can be streamed. More and smaller layers help, or --single-pass.`,
    shape: 'giant',
    ...atMost(1.5, formatRatio),
    measure: (result) => timesCat(result, 'pipe', DEFAULT_VARIANT),
  },
  {
    target: 'one giant layer, --single-pass, | cat, as many times as cat alone',
    ifMissed: `The thread that hashes what passes it is slower than the pipe.`,
    shape: 'giant',
    ...atMost(1.1, formatRatio),
    measure: (result) => timesCat(result, 'pipe', SINGLE_PASS),
  },
  {
    target: 'to /dev/null, times faster than the reference script',
    ifMissed: `The threads gain less on these cores than they should.`,
    shape: 'closure',
    ...atLeast(8, formatRatio),
    measure: (result) => timesFaster(result, 'null'),
  },
  {
    target: 'balanced layers, digest pass, 2 workers, times faster than 1',
    ifMissed: `A second core adds less than a core's worth: other programs use it, both share a cache, or the disk is too slow.`,
    shape: 'balanced',
    ...atLeast(1.8, formatRatio),
    measure: twoWorkersHash,
  },
  {
    target: "main thread's CPU time for each GB streamed",
    ifMissed: `The main thread, which only hands chunks on, takes time from the workers.`,
    shape: 'closure',
    ...atMost(0.1, formatTime),
    measure: (result) => result.passes?.mainThreadSecondsPerGb,
  },
  {
    target: 'peak memory',
    ifMissed: `A build holds more memory than it should, also next to other builds.`,
    shape: 'closure',
    ...atMost(200e6, formatBytes),
    measure: streamMemory,
  },
  {
    target: 'peak memory, a million files of 1 kB in 100 layers',
    ifMissed: `Memory grows more with the number of files than it should.`,
    shape: 'million',
    ...atMost(400e6, formatBytes),
    measure: streamMemory,
  },
  {
    target: 'an image of 1 MB, whole command',
    ifMissed: `Node.js and its threads start slowly here, and every build takes at least this long.`,
    shape: 'tiny',
    ...atMost(0.2, formatTime),
    measure: (result) => streamSeconds(result, 'pipe', DEFAULT_VARIANT),
  },
  {
    target: 'layout, as many times as digest pass and cat to the same place',
    ifMissed: `Writing blobs costs more than hashing them and copying the archive.`,
    shape: 'closure',
    ...atMost(1.3, formatRatio),
    measure: (result) => timesBeside(result, { subject: 'layouts', contender: OCI }),
  },
  {
    target: 'layout, gzip:6, as many times as pigz -6 of the archive',
    ifMissed: `To compress the finished archive by pigz would be quicker.`,
    shape: 'closure',
    ...atMost(1, formatRatio),
    measure: (result) => timesPeer(result, GZIP.peer),
  },
  {
    target: 'layout, zstd:3, as many times as zstd -3 of the archive',
    ifMissed: `To compress the finished archive by zstd would be much quicker.`,
    shape: 'closure',
    ...atMost(1.5, formatRatio),
    measure: (result) => timesPeer(result, ZSTD.peer),
  },
  {
    target: 'one giant layer, gzip:6, 2 workers, times faster than 1',
    ifMissed: `Workers wait for each other when they compress one layer together.`,
    shape: 'giant',
    ...atLeast(1.8, formatRatio),
    measure: (result) => twoWorkersCompress(result, GZIP.setting),
  },
  {
    target: 'one giant layer, zstd:3, 2 workers, times faster than 1',
    ifMissed: `Workers wait for each other when they compress one layer together.`,
    shape: 'giant',
    ...atLeast(1.8, formatRatio),
    measure: (result) => twoWorkersCompress(result, ZSTD.setting),
  },
  {
    target: 'second stream, | cat, as many times as cat alone',
    ifMissed: `Opening and reading the files of the store keeps the pipe waiting, although all digests are known.`,
    shape: 'closure',
    ...atMost(1.1, formatRatio),
    measure: (result) => timesBeside(result, { subject: 'second', contender: STREAM_AGAIN }),
  },
  {
    target: 'second build into a full layout, beyond walking the trees',
    ifMissed: `Starting, and looking up what is known, is slow for a build that has nothing to do.`,
    shape: 'closure',
    ...atMost(0.3, formatTime),
    measure: (result) => secondsBeyond(result, { subject: 'second', contender: OCI_AGAIN }),
  },
  {
    target: 'layouts, peak memory',
    ifMissed: `A build into a layout holds more memory than it should.`,
    shape: 'closure',
    ...atMost(300e6, formatBytes),
    measure: layoutMemory,
  },
];

/** Layers are balanced if none has more than this part of all bytes. */
const BALANCED_SHARE = 0.125;

/** Each target with the results of the closures that it is about. */
export function judge(results: readonly ClosureResult[]): TargetResult[] {
  return TARGETS.flatMap(({ target, ifMissed, shape, limit, bound, format, measure }) => {
    const named = { target, ifMissed, limit: `${bound} ${format(limit)}` };
    const measured = results
      .filter((result) => hasShape(result, shape))
      .flatMap((result): TargetResult[] => {
        const value = measure(result);
        if (value === undefined) return [];
        const met = bound === 'at most' ? value <= limit : value >= limit;
        return [{ ...named, closure: result.name, result: format(value), met }];
      });
    if (measured.length > 0) return measured;
    return [{ ...named, closure: undefined, result: undefined, met: undefined }];
  });
}

function hasShape(result: ClosureResult, shape: Shape): boolean {
  if (shape !== 'balanced' && shape !== 'giant') return result.judgedAs === shape;
  if (result.judgedAs !== 'closure') return false;
  return shape === 'giant' ? hasGiant(result) : result.largestLayer / result.archiveBytes <= BALANCED_SHARE;
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
