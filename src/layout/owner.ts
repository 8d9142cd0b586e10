/**
 * Who owns something in a layout, and whether that process is still there.
 *
 * In the same process-ID namespace of the same boot, `/proc` knows for sure. A process elsewhere (in another container
 * that shares the volume, on another machine) cannot be seen, and where `/proc` cannot be read, no process can. Then it
 * counts as alive as long as its file is young: who owns something for longer touches it (`RENEWAL`).
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { statIfThere } from '../files/stat.js';
import { systemCode } from '../ground/errors.js';
import { readLayoutFile } from './files.js';

interface Owner {
  readonly pid: number;
  /** Clock ticks between boot and the process's start: process IDs are used again. */
  readonly started: string;
  /** The boot and the namespace in which the process ID means this process; left out where it cannot be known. */
  readonly place?: string | undefined;
  readonly host: string;
}

/** Milliseconds after which an owner that cannot be seen, and did not touch its file, counts as dead. */
export const LEASE = 120_000;

/** Milliseconds. */
export const RENEWAL = 20_000;

/** This process, as text for a file. */
export function describeSelf(): string {
  const owner: Owner = { ...(readSelf() ?? { pid: process.pid, started: '' }), host: hostname() };
  return JSON.stringify(owner);
}

/** Whether the owner that a file names may be alive. False where there is no file. */
export function isAlive(path: string): boolean {
  const bytes = readLayoutFile(path);
  if (bytes === undefined) return false;
  const owner = parseOwner(bytes.toString());
  if (owner?.place !== undefined && owner.place === readSelf()?.place) return isRunning(owner);
  const stat = statIfThere(path);
  return stat !== undefined && Date.now() - stat.mtimeMs < LEASE;
}

/** For messages. */
export function describeOwner(path: string): string {
  const owner = parseOwner(String(readLayoutFile(path) ?? ''));
  return owner === undefined ? 'an unknown process' : `process ${owner.pid} on ${owner.host}`;
}

function isRunning({ pid, started }: Owner): boolean {
  try {
    const found = readProcess(pid);
    return found.started === started && found.state !== 'Z' && found.state !== 'X';
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ESRCH') return true;
    return isHidden(pid);
  }
}

/** `/proc` may be mounted so that other users' processes are not there (proc(5), `hidepid`). */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
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
function readSelf(): Pick<Owner, 'pid' | 'started' | 'place'> | undefined {
  try {
    const { pid, started } = readProcess('self');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return { pid, started, place: `${boot} ${readlinkSync('/proc/self/ns/pid')}` };
  } catch {
    return undefined;
  }
}

/** Nothing for what is none: of a crash of the machine, an empty file may remain. */
function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, started, place, host }: Partial<Record<keyof Owner, unknown>> = Object(JSON.parse(text));
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
    if (typeof started !== 'string' || typeof host !== 'string') return undefined;
    if (place !== undefined && typeof place !== 'string') return undefined;
    return { pid, started, place, host };
  } catch {
    return undefined;
  }
}
