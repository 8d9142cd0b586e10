/** All that is needed to measure a closure. */
import { totalmem } from 'node:os';
import type { Closure } from './closure.js';
import type { ClosureShape } from './closure-shape.js';
import type { PassesOptions } from './measure-passes.js';
import type { StreamSink } from './pipeline.js';
import type { Subject } from './subjects.js';

export interface Peers {
  /** A Python script, run as `python3 SCRIPT CONF`. */
  readonly reference: string | undefined;
  /** Shell commands; `{conf}` in them becomes the path of the conf. */
  readonly commands: readonly string[];
}

export interface MeasureOptions extends PassesOptions {
  /** Others are left out. */
  readonly subjects: readonly Subject[];
  readonly peers: Peers;
  /** The sinks to stream into; others are left out. */
  readonly sinks: readonly StreamSink[];
}

export interface Site extends MeasureOptions {
  readonly closure: Closure;
  readonly shape: ClosureShape;
  /** The finished archive. */
  readonly archive: string;
  readonly archiveBytes: number;
  /** Paths to remove when the closure is measured; more are added. */
  readonly made: string[];
  /** What is not measured, and why; more is added. */
  readonly leftOut: string[];
}

/** The closure, the finished archive and what is written on tmpfs must all fit into memory. */
const COPIES_IN_MEMORY = 3;

/** The folder on tmpfs if the image fits into it once more; otherwise `what` is left out. */
export function roomyTmpfs({ archiveBytes, workspace, leftOut }: Site, what: string): string | undefined {
  const { tmpfs, tmpfsRoom } = workspace;
  const fits = tmpfsRoom >= archiveBytes && totalmem() >= archiveBytes * COPIES_IN_MEMORY;
  if (tmpfs !== undefined && fits) return tmpfs;
  leftOut.push(`${what}: ${tmpfs === undefined ? 'there is no tmpfs in /dev/shm' : 'no room in memory'}`);
  return undefined;
}
