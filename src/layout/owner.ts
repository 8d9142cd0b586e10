/**
 * Who owns something in a layout, and whether that process is still there.
 *
 * An owner that cannot be seen counts as alive as long as its file is young: who owns something for longer touches it
 * (`RENEWAL`).
 */
import { hostname } from 'node:os';
import { type ProcessId, presenceOf, thisProcess } from '../files/owner.js';
import { statIfThere } from '../files/stat.js';
import { readLayoutFile } from './files.js';

interface Owner extends ProcessId {
  readonly host: string;
}

/** Milliseconds after which an owner that cannot be seen, and did not touch its file, counts as dead. */
export const LEASE = 120_000;

/** Milliseconds. */
export const RENEWAL = 20_000;

/** This process, as text for a file. */
export function describeSelf(): string {
  const owner: Owner = { ...thisProcess(), host: hostname() };
  return JSON.stringify(owner);
}

/** Whether the owner that a file names may be alive. False where there is no file. */
export function isAlive(path: string): boolean {
  const bytes = readLayoutFile(path);
  if (bytes === undefined) return false;
  const owner = parseOwner(bytes.toString());
  const presence = owner === undefined ? 'unseen' : presenceOf(owner);
  if (presence !== 'unseen') return presence === 'alive';
  const stat = statIfThere(path);
  return stat !== undefined && Date.now() - stat.mtimeMs < LEASE;
}

/** For messages. */
export function describeOwner(path: string): string {
  const owner = parseOwner(String(readLayoutFile(path) ?? ''));
  return owner === undefined ? 'an unknown process' : `process ${owner.pid} on ${owner.host}`;
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
