/** Runs contenders in turn, so that drift of the machine affects all alike. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Pairing } from './contenders.js';
import { type Run, runPipeline } from './pipeline.js';
import type { Measurement } from './results.js';
import { spread, sum } from './statistics.js';
import type { Subject } from './subjects.js';
import type { Workspace } from './workspace.js';

export interface InterleaveOptions {
  readonly workspace: Workspace;
  /** Undefined for 3, or 5 if a turn of all is quick. */
  readonly runs: number | undefined;
  /** Called with what is done next. */
  readonly onStep: (step: string) => void;
}

export const USUAL_RUNS = 3;
const QUICK_RUNS = 5;

/** Seconds. */
const QUICK_TURN = 4;

export interface Turns {
  readonly subject: Subject;
  readonly pairings: readonly Pairing[];
}

/** A turn is one run of each. The first turn warms up, and is not counted. */
export async function interleave(
  { subject, pairings }: Turns,
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
  return pairings.map((pairing, i) => {
    const runsOfOne = all.flatMap((runsOfTurn) => runsOfTurn.slice(i, i + 1));
    return { subject, ...summarise(pairing, runsOfOne) };
  });
}

async function turn(pairings: readonly Pairing[], workspace: Workspace): Promise<Run[]> {
  const runs: Run[] = [];
  for (const pairing of pairings) runs.push(await runOnce(pairing, workspace));
  return runs;
}

async function runOnce({ contender, sink }: Pairing, { tmpfs }: Workspace): Promise<Run> {
  const { output, readSeconds } = contender;
  const tmpfsFile = sink === 'tmpfs' && tmpfs !== undefined ? join(tmpfs, 'archive.tar') : undefined;
  try {
    const run = await runPipeline({ ...contender, sink, tmpfsFile });
    return { ...run, seconds: readSeconds?.() ?? run.seconds };
  } finally {
    for (const path of [tmpfsFile, output]) {
      if (path !== undefined) rmSync(path, { recursive: true, force: true });
    }
  }
}

function summarise(
  { contender: { name, role, beside = [] }, sink }: Pairing,
  runs: readonly Run[],
): Omit<Measurement, 'subject'> {
  const peaks = runs.flatMap(({ peakMemory }) => peakMemory ?? []);
  return {
    contender: name,
    role,
    sink,
    beside,
    seconds: spread(runs.map(({ seconds }) => seconds)),
    cpuSeconds: spread(runs.map(({ cpuSeconds }) => cpuSeconds)).median,
    peakMemory: peaks.length === 0 ? undefined : Math.max(...peaks),
    runs,
  };
}
