/** Measures one closure: all contenders of each subject, and the passes of layerstream. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Closure } from './closure.js';
import { shapeOf } from './closure-shape.js';
import { NO_CACHE, streamCommand } from './commands.js';
import { compressionPairings } from './compression.js';
import type { Pairing } from './contenders.js';
import { interleave } from './interleave.js';
import { layoutPairings } from './layouts.js';
import { measurePasses } from './measure-passes.js';
import { runPipeline } from './pipeline.js';
import type { ClosureResult, Measurement } from './results.js';
import { secondPairings } from './second-builds.js';
import type { MeasureOptions, Site } from './site.js';
import { streamPairings } from './streams.js';
import { SUBJECTS, type Subject } from './subjects.js';

/** The contenders of each subject. */
const PAIRINGS: Readonly<Record<Subject, (site: Site) => Pairing[] | Promise<Pairing[]>>> = {
  streams: streamPairings,
  layouts: layoutPairings,
  compression: compressionPairings,
  second: secondPairings,
};

/** @throws {BenchError} if a contender fails. */
export async function measureClosure(closure: Closure, options: MeasureOptions): Promise<ClosureResult> {
  const { workspace, subjects, onStep } = options;
  const archive = join(workspace.folder, 'archive.tar');
  onStep('writing the finished archive');
  // With --output it is on the disk afterwards.
  const command = streamCommand(closure, [NO_CACHE, '--output', archive]);
  await runPipeline({ name: 'layerstream --output', command, sink: 'none' });
  const made = [archive];
  try {
    const archiveBytes = statSync(archive).size;
    const shape = await shapeOf(closure);
    const site: Site = { ...options, closure, shape, archive, archiveBytes, made, leftOut: [] };
    const measurements: Measurement[] = [];
    for (const subject of SUBJECTS) {
      if (subjects.includes(subject)) measurements.push(...(await measureSubject(subject, site)));
    }
    return {
      name: closure.name,
      line: closure.line,
      judgedAs: closure.judgedAs,
      archiveBytes,
      ...shape,
      measurements,
      leftOut: site.leftOut,
      passes: subjects.includes('streams') ? await measurePasses(closure, options) : undefined,
    };
  } finally {
    for (const path of made) rmSync(path, { recursive: true, force: true });
  }
}

async function measureSubject(subject: Subject, site: Site): Promise<Measurement[]> {
  const onStep = (step: string): void => site.onStep(`${subject}, ${step}`);
  const pairings = await PAIRINGS[subject]({ ...site, onStep });
  if (pairings.length === 0) return [];
  return interleave({ subject, pairings }, { ...site, onStep });
}
