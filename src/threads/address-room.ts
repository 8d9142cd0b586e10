import { readFileSync } from 'node:fs';

/** Bytes of addresses that a thread takes: V8's heap and code, the stack, and what the C library sets aside for it. */
const THREAD = 128 * 1024 * 1024;

/** Bytes that all threads need together: V8 takes more for a moment while one starts, and layers pass in shared memory. */
const RESERVE = 256 * 1024 * 1024;

/**
 * The threads that this process has addresses for, under its limit on them (`ulimit -v`); infinite without a limit. V8
 * ends the process where it gets no addresses, so it must not be tried. `root` stands before each path read.
 */
export function addressRoom(root = ''): number {
  const limits = readText(`${root}/proc/self/limits`);
  const status = readText(`${root}/proc/self/status`);
  const limit = /^Max address space +(\d+) /m.exec(limits)?.[1];
  const taken = /^VmSize:\s+(\d+) kB$/m.exec(status)?.[1];
  // Without /proc, or without a limit.
  if (limit === undefined || taken === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((Number(limit) - Number(taken) * 1024 - RESERVE) / THREAD));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
