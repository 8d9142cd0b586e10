/** Walks a part of a layer's trees. */
import type { TreeSpec } from '../../scan/spec.js';
import { type ScannedTree, walkTree } from '../../scan/walk.js';
import type { Task, TaskRunner, Timed } from '../task.js';

export interface ScanTask extends Task<ScannedTree> {
  readonly kind: 'scan';
  readonly spec: TreeSpec;
}

/** @throws {LayerstreamError} as `walkTree` */
export function scan(runner: TaskRunner, spec: TreeSpec): Promise<Timed<ScannedTree>> {
  const task: ScanTask = { kind: 'scan', spec };
  return runner.run(task);
}

export function runScan({ spec }: ScanTask): ScannedTree {
  return walkTree(spec);
}
