/** The values that targets are compared with, from measurements; undefined if one is missing. */
import { ociName } from './compression.js';
import type { Sink } from './pipeline.js';
import { type ClosureResult, findMeasurement, type Measurement, secondsBeside } from './results.js';
import { DEFAULT_VARIANT } from './streams.js';

type Wanted = Pick<Measurement, 'subject' | 'contender'>;

export function streamSeconds(result: ClosureResult, sink: Sink, contender: string): number | undefined {
  return findMeasurement(result, { subject: 'streams', role: 'ours', sink, contender })?.seconds.median;
}

export function timesCat(result: ClosureResult, sink: Sink, contender: string): number | undefined {
  const cat = findMeasurement(result, { subject: 'streams', role: 'cat', sink });
  return quotient(streamSeconds(result, sink, contender), cat?.seconds.median);
}

export function timesFaster(result: ClosureResult, sink: Sink): number | undefined {
  const reference = findMeasurement(result, { subject: 'streams', role: 'reference', sink });
  return quotient(reference?.seconds.median, streamSeconds(result, sink, DEFAULT_VARIANT));
}

export function timesBeside(result: ClosureResult, wanted: Wanted): number | undefined {
  return quotient(...withBeside(result, findMeasurement(result, wanted)));
}

export function secondsBeyond(result: ClosureResult, wanted: Wanted): number | undefined {
  const [ours, beside] = withBeside(result, findMeasurement(result, wanted));
  return ours === undefined || beside === undefined ? undefined : ours - beside;
}

/** Of the compression with as many workers as the peer has threads. */
export function timesPeer(result: ClosureResult, peer: string): number | undefined {
  const ours = result.measurements.find(({ subject, beside }) => subject === 'compression' && beside.includes(peer));
  return quotient(...withBeside(result, ours));
}

export function twoWorkersHash({ passes }: ClosureResult): number | undefined {
  const seconds = (wanted: number): number | undefined =>
    passes?.scaling.find(({ workers }) => workers === wanted)?.seconds.median;
  return quotient(seconds(1), seconds(2));
}

export function twoWorkersCompress(result: ClosureResult, setting: string): number | undefined {
  const seconds = (workers: number): number | undefined =>
    findMeasurement(result, { subject: 'compression', contender: ociName(setting, workers) })?.seconds.median;
  return quotient(seconds(1), seconds(2));
}

export function streamMemory({ measurements }: ClosureResult): number | undefined {
  return peakMemory(
    measurements.filter(({ subject, contender }) => subject === 'streams' && contender === DEFAULT_VARIANT),
  );
}

export function layoutMemory({ measurements }: ClosureResult): number | undefined {
  return peakMemory(measurements.filter(({ sink }) => sink === 'layout'));
}

function peakMemory(measurements: readonly Measurement[]): number | undefined {
  const peaks = measurements.flatMap((measurement) => measurement.peakMemory ?? []);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

/** Seconds of a contender, and of all that it is compared with. */
function withBeside(result: ClosureResult, ours: Measurement | undefined): [number | undefined, number | undefined] {
  return ours === undefined ? [undefined, undefined] : [ours.seconds.median, secondsBeside(result, ours)];
}
