/** Runs contenders by turns, so that what drifts on a machine meets all alike. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './contenders.js';
import { type Job, type Run, runPipeline, type Sink } from './pipeline.js';
import type { Measurement } from './results.js';
import { spread, sum } from './statistics.js';
import type { Workspace } from './workspace.js';

export interface Pairing {
  readonly contender: Contender;
  readonly sink: Sink;
}

export interface InterleaveOptions {
  readonly workspace: Workspace;
  /** Undefined: 3, or 5 where a turn of all is quick. */
  readonly runs: number | undefined;
  /** Told what is being done. */
  readonly onStep: (step: string) => void;
}

export const USUAL_RUNS = 3;
const QUICK_RUNS = 5;

/** Seconds. */
const QUICK_TURN = 4;

/** A turn is one run of each; the first is the warm-up, and not counted. */
export async function interleave(
  pairings: readonly Pairing[],
  { workspace, runs, onStep }: InterleaveOptions,
): Promise<Measurement[]> {
  onStep('warm-up');
  const warmUp = await turn(pairings, workspace);
  const isQuick = sum(warmUp.map(({ seconds }) => seconds)) < QUICK_TURN;
  const turns = runs ?? (isQuick ? QUICK_RUNS : USUAL_RUNS);
  const all: Run[][] = [];
  for (let i = 1; i <= turns; i++) {
    onStep(`run ${i} of ${turns}`);
    all.push(await turn(pairings, workspace));
  }
  return pairings.map((pairing, i) =>
    summarise(
      pairing,
      all.flatMap((runsOfTurn) => runsOfTurn.slice(i, i + 1)),
    ),
  );
}

async function turn(pairings: readonly Pairing[], workspace: Workspace): Promise<Run[]> {
  const runs: Run[] = [];
  for (const { contender, sink } of pairings) runs.push(await runOnce({ ...contender, sink }, workspace));
  return runs;
}

async function runOnce(job: Job, { tmpfs }: Workspace): Promise<Run> {
  if (job.sink !== 'tmpfs' || tmpfs === undefined) return runPipeline(job);
  const tmpfsFile = join(tmpfs, 'archive.tar');
  try {
    return await runPipeline({ ...job, tmpfsFile });
  } finally {
    rmSync(tmpfsFile, { force: true });
  }
}

function summarise({ contender: { name, role }, sink }: Pairing, runs: readonly Run[]): Measurement {
  const peaks = runs.flatMap(({ peakMemory }) => peakMemory ?? []);
  return {
    contender: name,
    role,
    sink,
    seconds: spread(runs.map(({ seconds }) => seconds)),
    cpuSeconds: spread(runs.map(({ cpuSeconds }) => cpuSeconds)).median,
    peakMemory: peaks.length === 0 ? undefined : Math.max(...peaks),
    runs,
  };
}
