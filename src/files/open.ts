/** Opening files that others may have put there. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/** A fifo in a file's place must not block the thread until somebody writes to it. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** Nor may a link in a file's place lead elsewhere. */
const READ_NO_LINK = READ | constants.O_NOFOLLOW;

export type FilePath = string | Buffer;

/**
 * Opens a file to read it, whatever it is. It fails with `ELOOP` for a link, and with `ENXIO` for a socket.
 *
 * @throws The system's error.
 */
export function openNoLink(path: FilePath): number {
  return openSync(path, READ_NO_LINK);
}

/** Closes a file that was only read, or whose bytes nobody needs: then it cannot fail for a reason that matters. */
export function closeFile(fd: number): void {
  closeSync(fd);
}

export interface OpenOptions {
  /** What to do with a symbolic link at the path. One that is refused fails with `ELOOP`. */
  readonly links: 'follow' | 'refuse';
}

/**
 * Opens a regular file to read it; undefined if something else is at the path.
 *
 * @throws The system's error; then nothing stays open.
 */
export function openRegularFile(path: FilePath, { links }: OpenOptions): number | undefined {
  const fd = openSync(path, links === 'follow' ? READ : READ_NO_LINK);
  let isRegular = false;
  try {
    isRegular = fstatSync(fd).isFile();
  } finally {
    if (!isRegular) closeSync(fd);
  }
  return isRegular ? fd : undefined;
}
