/** The results of a run of the bench: plain data, as `--json` writes it. */
import type { Role } from './contenders.js';
import type { Machine } from './machine.js';
import type { ModelRow } from './model.js';
import type { Run, Sink } from './pipeline.js';
import { type Spread, sum } from './statistics.js';
import type { Subject } from './subjects.js';

export interface Results {
  /** In 2, measurements have a subject; in 1, all are of streams. */
  readonly format: 2;
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  /** The factor of the sizes of synthetic closures. */
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
  /** Undefined for a build that is too short to measure its passes. */
  readonly passes: PassResult | undefined;
}

/** One contender with one sink. */
export interface Measurement {
  readonly subject: Subject;
  readonly contender: string;
  readonly role: Role;
  readonly sink: Sink;
  /** Contenders of the same subject, by name, whose times added up it is compared with; may be empty. */
  readonly beside: readonly string[];
  readonly seconds: Spread;
  /** The median of the user and system time of all its processes. */
  readonly cpuSeconds: number;
  /** Bytes, the largest of all runs. */
  readonly peakMemory: number | undefined;
  /** In order, without the warm-up. */
  readonly runs: readonly Run[];
}

/** The passes, measured separately. */
export interface PassResult {
  /** Bytes per second of a stream that never waits. */
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
  /** Undefined if it was not measured. */
  readonly closure: string | undefined;
  readonly limit: string;
  readonly result: string | undefined;
  readonly met: boolean | undefined;
  /** What it means for an image if the target is missed. */
  readonly ifMissed: string;
}

type Wanted = Pick<Measurement, 'subject'> & Partial<Pick<Measurement, 'role' | 'sink' | 'contender'>>;

/** The first measurement that has all these. */
export function findMeasurement(result: ClosureResult, wanted: Wanted): Measurement | undefined {
  const { subject, role, sink, contender } = wanted;
  return result.measurements.find(
    (found) =>
      found.subject === subject &&
      found.role === (role ?? found.role) &&
      found.sink === (sink ?? found.sink) &&
      found.contender === (contender ?? found.contender),
  );
}

/** Median seconds of all contenders in `beside`, added up; undefined if one of them was not measured. */
export function secondsBeside(result: ClosureResult, { subject, beside }: Measurement): number | undefined {
  const medians = beside.flatMap((contender) => findMeasurement(result, { subject, contender })?.seconds.median ?? []);
  return medians.length === 0 || medians.length < beside.length ? undefined : sum(medians);
}
