import { readdirSync, readlinkSync } from 'node:fs';

/** What this process holds open below a directory. */
export function openDescriptors(directory: string): string[] {
  return readdirSync('/proc/self/fd')
    .map(targetOf)
    .filter((target) => target.startsWith(directory));
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // The descriptor that the directory itself was read by.
    return '';
  }
}
