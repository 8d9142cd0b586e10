/** The memory of the processes below one, from /proc (proc_pid_status(5), proc_pid_task(5)). */
import { readdirSync, readFileSync } from 'node:fs';

/** The peaks of all running processes below `pid`, added up, in bytes; 0 if there are none. */
export function treeMemory(pid: number): number {
  return children(pid).reduce((total, child) => total + peakMemory(child) + treeMemory(child), 0);
}

function children(pid: number): number[] {
  const threads = readOrNothing(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  return threads.flatMap((thread) => {
    const text = readOrNothing(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? '';
    return text.split(' ').filter(Boolean).map(Number);
  });
}

function peakMemory(pid: number): number {
  const status = readOrNothing(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? '';
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** A process may end at any time. */
function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
