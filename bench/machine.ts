import { cpus, loadavg, release, totalmem } from 'node:os';
import { usableCores } from '../src/threads/cores.js';

export interface Machine {
  readonly cpu: string;
  /** The cores that this process may use. */
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly kernel: string;
  readonly node: string;
  /** The load of the machine before the bench began, averaged over a minute (proc_loadavg(5)). */
  readonly load: number;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: usableCores(),
    memory: totalmem(),
    kernel: release(),
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}
