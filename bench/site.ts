/** What is at hand while a closure is measured. */
import { totalmem } from 'node:os';
import type { Closure } from './closure.js';
import type { ClosureShape } from './closure-shape.js';
import type { PassesOptions } from './measure-passes.js';
import type { StreamSink } from './pipeline.js';
import type { Subject } from './subjects.js';

export interface Peers {
  /** A Python script, run as `python3 SCRIPT CONF`. */
  readonly reference: string | undefined;
  /** Shell commands, in which `{conf}` stands for the conf. */
  readonly commands: readonly string[];
}

export interface MeasureOptions extends PassesOptions {
  /** Others are left out. */
  readonly subjects: readonly Subject[];
  readonly peers: Peers;
  /** Into which is streamed; others are left out. */
  readonly sinks: readonly StreamSink[];
}

export interface Site extends MeasureOptions {
  readonly closure: Closure;
  readonly shape: ClosureShape;
  /** The finished archive. */
  readonly archive: string;
  readonly archiveBytes: number;
  /** Grows by what is to be removed when the closure is measured. */
  readonly made: string[];
  /** Grows by what is not measured, and why. */
  readonly leftOut: string[];
}

/** The closure, the finished archive and what is written on tmpfs all have to stay in memory. */
const COPIES_IN_MEMORY = 3;

/** The folder on tmpfs if the image fits there once more; else `what` is left out. */
export function roomyTmpfs({ archiveBytes, workspace, leftOut }: Site, what: string): string | undefined {
  const { tmpfs, tmpfsRoom } = workspace;
  const fits = tmpfsRoom >= archiveBytes && totalmem() >= archiveBytes * COPIES_IN_MEMORY;
  if (tmpfs !== undefined && fits) return tmpfs;
  leftOut.push(`${what}: ${tmpfs === undefined ? 'there is no tmpfs in /dev/shm' : 'no room in memory'}`);
  return undefined;
}
