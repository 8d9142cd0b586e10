/**
 * Which process something unfinished belongs to, and whether that one is still there.
 *
 * In the same process-ID namespace of the same boot, `/proc` knows for sure. A process elsewhere (in another container,
 * on another machine that shares the file system) cannot be seen, and where `/proc` cannot be read, no process can.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { systemCode } from '../ground/errors.js';

export interface ProcessId {
  readonly pid: number;
  /** Clock ticks between boot and the process's start, since process IDs are used again; empty where it is unknown. */
  readonly started: string;
  /** The boot and the namespace in which the process ID means this process; undefined where that is unknown. */
  readonly place: string | undefined;
}

export type Presence = 'alive' | 'dead' | 'unseen';

export function thisProcess(): ProcessId {
  return readSelf() ?? { pid: process.pid, started: '', place: undefined };
}

export function presenceOf({ pid, started, place }: ProcessId): Presence {
  if (place === undefined || place !== readSelf()?.place) return 'unseen';
  return isRunning(pid, started) ? 'alive' : 'dead';
}

function isRunning(pid: number, started: string): boolean {
  try {
    const found = readProcess(pid);
    return found.started === started && found.state !== 'Z' && found.state !== 'X';
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ESRCH') return true;
    return isHidden(pid);
  }
}

/** `/proc` may be mounted so that some processes are not there (proc(5), `hidepid`). */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** See proc(5), `/proc/pid/stat`. The second field, in parentheses, may hold anything. */
function readProcess(pid: number | 'self'): { pid: number; state: string; started: string } {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const [state = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(text, 10), state, started: rest[18] ?? '' };
}

/** Undefined where `/proc` cannot be read: on other systems than Linux, or in a container without it. */
function readSelf(): ProcessId | undefined {
  try {
    const { pid, started } = readProcess('self');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').replace(/[^\da-f]/g, '');
    const namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
    return { pid, started, place: `${boot}-${namespace}` };
  } catch {
    return undefined;
  }
}
