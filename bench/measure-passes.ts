/** Measures the passes of layerstream separately, and calculates with them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Closure } from './closure.js';
import { passesCommand } from './commands.js';
import { type InterleaveOptions, USUAL_RUNS } from './interleave.js';
import { feedRatio, model } from './model.js';
import type { PassReport } from './pass-report.js';
import { runPipeline } from './pipeline.js';
import type { PassResult, ScalingRow } from './results.js';
import { spread, sum } from './statistics.js';

export interface PassesOptions extends InterleaveOptions {
  /** The most workers whose digest pass is timed. */
  readonly maxWorkers: number;
}

/** Undefined for a build that is too short to measure its passes. */
export async function measurePasses(closure: Closure, options: PassesOptions): Promise<PassResult | undefined> {
  if (closure.judgedAs === 'tiny') return undefined;
  options.onStep('passes apart, 1 worker');
  const { layers, stream } = await fastestPasses(closure, { kind: 'whole', workers: 1 }, options);
  if (stream === undefined) return undefined;
  const bytes = sum(layers.map(({ size }) => size));
  const streamRate = bytes / stream.seconds;
  options.onStep('passes apart, 2 workers');
  const { layers: withTwo } = await fastestPasses(closure, { kind: 'digest', workers: 2 }, options);
  return {
    streamRate,
    mainThreadSecondsPerGb: stream.mainThreadSeconds / (bytes / 1e9),
    scaling: closure.scaling ? await measureScaling(closure, options) : [],
    model: model({ layers, streamRate, feedRatio: feedRatio(layers, withTwo) }),
  };
}

async function measureScaling(closure: Closure, options: PassesOptions): Promise<ScalingRow[]> {
  const times = workerCounts(options.maxWorkers).map((workers) => ({ workers, seconds: [] as number[] }));
  const runs = options.runs ?? USUAL_RUNS;
  for (let i = 1; i <= runs; i++) {
    options.onStep(`digest pass with 1 to ${options.maxWorkers} workers, run ${i} of ${runs}`);
    for (const { workers, seconds } of times) {
      seconds.push((await runPasses(closure, { kind: 'digest', workers }, options)).digestSeconds);
    }
  }
  return times.map(({ workers, seconds }) => ({ workers, seconds: spread(seconds) }));
}

/** All numbers up to 8, then powers of two, and the largest. */
function workerCounts(most: number): number[] {
  const counts = [1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128, 256, 512].filter((count) => count < most);
  return [...counts, most];
}

/** The fastest run: the model must not include what else the machine did meanwhile. */
async function fastestPasses(
  closure: Closure,
  what: { kind: 'digest' | 'whole'; workers: number },
  options: PassesOptions,
): Promise<PassReport> {
  const seconds = ({ digestSeconds, stream }: PassReport): number => digestSeconds + (stream?.seconds ?? 0);
  let fastest = await runPasses(closure, what, options);
  for (let i = 1; i < (options.runs ?? USUAL_RUNS); i++) {
    const next = await runPasses(closure, what, options);
    if (seconds(next) < seconds(fastest)) fastest = next;
  }
  return fastest;
}

async function runPasses(
  closure: Closure,
  what: { kind: 'digest' | 'whole'; workers: number },
  { workspace }: PassesOptions,
): Promise<PassReport> {
  const report = join(workspace.folder, 'passes.json');
  const command = passesCommand(closure, { ...what, report });
  await runPipeline({ name: 'layerstream, its passes apart', command, sink: 'pipe' });
  return JSON.parse(readFileSync(report, 'utf8'));
}
