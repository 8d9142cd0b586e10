import { fstatSync, readdirSync, readlinkSync } from 'node:fs';

/** Whether standard output is a pipe, or a named one is open. Pipes without a name are libuv's own too. */
export function holdsPipe(): boolean {
  return readdirSync('/proc/self/fd').some((name) => {
    const fd = Number(name);
    try {
      return fstatSync(fd).isFIFO() && (fd === 1 || !readlinkSync(`/proc/self/fd/${name}`).startsWith('pipe:'));
    } catch {
      // The descriptor by which the directory was read.
      return false;
    }
  });
}
