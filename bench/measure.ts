/** Measures one closure: all contenders with all sinks, and the passes of our own program. */
import { rmSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Closure } from './closure.js';
import {
  archiveCommand,
  type Contender,
  canMount,
  catContender,
  floorContenders,
  ourContenders,
  type Peers,
  peerContenders,
} from './contenders.js';
import { interleave } from './interleave.js';
import { measurePasses, type PassesOptions } from './measure-passes.js';
import { runPipeline, type StreamSink } from './pipeline.js';
import type { ClosureResult } from './results.js';
import type { Workspace } from './workspace.js';

export interface MeasureOptions extends PassesOptions {
  readonly peers: Peers;
  /** Others are left out. */
  readonly sinks: readonly StreamSink[];
}

/** The closure, the finished archive and the file on tmpfs all have to stay in memory. */
const COPIES_IN_MEMORY = 3;

/** @throws {BenchError} where a contender fails. */
export async function measureClosure(closure: Closure, options: MeasureOptions): Promise<ClosureResult> {
  const { workspace, onStep } = options;
  const leftOut: string[] = [];
  const archive = join(workspace.folder, 'archive.tar');
  onStep('writing the finished archive');
  await runPipeline({ name: 'layerstream --output', command: archiveCommand(closure, archive), sink: 'none' });
  try {
    const archiveBytes = statSync(archive).size;
    const asked = closure.sinks.filter((sink) => options.sinks.includes(sink));
    const sinks = asked.filter((sink) => sink !== 'tmpfs' || fits(archiveBytes, workspace, leftOut));
    const contenders = [catContender(archive), ...ourContenders(closure), ...peers(closure, options.peers, leftOut)];
    const measurements = await interleave(
      [
        ...sinks.flatMap((sink) => contenders.map((contender) => ({ contender, sink }))),
        ...floorContenders(closure, archiveBytes).map((contender) => ({ contender, sink: 'none' as const })),
      ],
      options,
    );
    const { report, result } = await measurePasses(closure, options);
    return {
      name: closure.name,
      line: closure.line,
      judgedAs: closure.judgedAs,
      archiveBytes,
      layers: report.layers.length,
      entries: report.entries,
      largestLayer: Math.max(...report.layers.map(({ size }) => size)),
      measurements,
      leftOut,
      passes: result,
    };
  } finally {
    rmSync(archive, { force: true });
  }
}

function peers(closure: Closure, wanted: Peers, leftOut: string[]): Contender[] {
  const contenders = peerContenders(closure, wanted);
  if (contenders.length === 0 || canMount(closure)) return contenders;
  for (const { name } of contenders) {
    leftOut.push(`${name}: this store cannot be mounted at /nix/store for it, which takes user namespaces`);
  }
  return [];
}

function fits(bytes: number, { tmpfs, tmpfsRoom }: Workspace, leftOut: string[]): boolean {
  if (tmpfsRoom >= bytes && totalmem() >= bytes * COPIES_IN_MEMORY) return true;
  leftOut.push(`a file on tmpfs: ${tmpfs === undefined ? 'there is none in /dev/shm' : 'no room in memory'}`);
  return false;
}
