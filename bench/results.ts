/** What a run of the bench finds: plain data, as `--json` writes it. */
import type { Role } from './contenders.js';
import type { Machine } from './machine.js';
import type { ModelRow } from './model.js';
import type { Run, Sink } from './pipeline.js';
import type { Spread } from './statistics.js';

export interface Results {
  readonly format: 1;
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  /** What sizes of synthetic closures were multiplied with. */
  readonly scale: number;
  readonly closures: readonly ClosureResult[];
  readonly targets: readonly TargetResult[];
}

export interface ClosureResult {
  readonly name: string;
  readonly line: string;
  readonly judgedAs: 'closure' | 'tiny' | 'million' | undefined;
  readonly archiveBytes: number;
  readonly layers: number;
  readonly entries: number;
  /** Bytes. */
  readonly largestLayer: number;
  readonly measurements: readonly Measurement[];
  /** What was not measured, and why. */
  readonly leftOut: readonly string[];
  /** Undefined for what is over too soon to tell of passes. */
  readonly passes: PassResult | undefined;
}

/** One contender with one sink. */
export interface Measurement {
  readonly contender: string;
  readonly role: Role;
  readonly sink: Sink;
  readonly seconds: Spread;
  /** User and system time of all its processes: the median. */
  readonly cpuSeconds: number;
  /** Bytes, the most of all runs. */
  readonly peakMemory: number | undefined;
  /** In the order in which they were made, without the warm-up. */
  readonly runs: readonly Run[];
}

/** The passes apart from each other. */
export interface PassResult {
  /** Bytes a second, with nothing to hold the stream up. */
  readonly streamRate: number;
  /** CPU time of the main thread for each GB streamed, in seconds. */
  readonly mainThreadSecondsPerGb: number;
  readonly scaling: readonly ScalingRow[];
  readonly model: readonly ModelRow[];
}

export interface ScalingRow {
  readonly workers: number;
  /** Of the digest pass. */
  readonly seconds: Spread;
}

export interface TargetResult {
  readonly target: string;
  /** Undefined where nothing measured it. */
  readonly closure: string | undefined;
  readonly limit: string;
  readonly result: string | undefined;
  readonly met: boolean | undefined;
}

export function findMeasurement(
  result: ClosureResult,
  wanted: { role: Role; sink: Sink; contender?: string },
): Measurement | undefined {
  return result.measurements.find(
    ({ role, sink, contender }) =>
      role === wanted.role && sink === wanted.sink && (wanted.contender ?? contender) === contender,
  );
}
