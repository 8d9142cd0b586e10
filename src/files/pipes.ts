import { closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

const STDOUT = 1;
const FOLDER = '/proc/self/fd';

/** Whether standard output is a pipe, or a named one is open. */
export function holdsPipe(): boolean {
  return pipes().length > 0;
}

/** Takes out what is in those pipes, so that a write which waits for room can end. Does not fail. */
export function drainPipes(): void {
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  for (const fd of pipes()) {
    try {
      const end = openSync(`${FOLDER}/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        while (readSync(end, buffer) > 0);
      } finally {
        closeSync(end);
      }
    } catch {
      // It is empty, or another user's.
    }
  }
}

/** Pipes without a name are libuv's own, too, except for standard output. */
function pipes(): number[] {
  let names: string[];
  try {
    names = readdirSync(FOLDER);
  } catch {
    // Without /proc.
    names = [String(STDOUT)];
  }
  return names.map(Number).filter((fd) => {
    try {
      return fstatSync(fd).isFIFO() && (fd === STDOUT || !readlinkSync(`${FOLDER}/${fd}`).startsWith('pipe:'));
    } catch {
      // The descriptor by which the directory was read.
      return false;
    }
  });
}
