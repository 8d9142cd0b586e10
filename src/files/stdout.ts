import { fstatSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { devNull } from 'node:os';
import { LayerstreamError } from '../ground/errors.js';
import { DescriptorOutput } from './descriptor-output.js';
import type { Output } from './output.js';
import { SocketOutput } from './socket-output.js';

const NAME = 'standard output';
const STDOUT = 1;
const STDERR = 2;
const STDOUT_PATH = '/proc/self/fd/1';

export interface StdoutOptions {
  /** For a command of which many want the exit status alone; by default a closed standard output is a fault. */
  readonly mayBeClosed?: boolean | undefined;
}

/**
 * Standard output, to be written in large blocks without blocking the thread.
 *
 * Node makes a pipe on descriptor 1 non-blocking as soon as a worker thread exists, and writes to it then fail with
 * EAGAIN. So a pipe is opened again, which gives a description of our own. Files keep descriptor 1, which knows their
 * offset and append mode. Sockets, and pipes of other users, go through Node's own event loop.
 *
 * @throws {LayerstreamError} `WRITE_FAILED` where it is closed
 */
export async function openStdout({ mayBeClosed = false }: StdoutOptions = {}): Promise<Output> {
  if (!mayBeClosed) requireStdout();
  const stat = fstatSync(STDOUT);
  if (stat.isFIFO()) {
    const pipe = await reopenPipe().catch(() => undefined);
    if (pipe !== undefined) return new DescriptorOutput(pipe.fd, { name: NAME, close: () => pipe.close() });
  }
  if (stat.isFIFO() || stat.isSocket()) return new SocketOutput(new Socket({ fd: STDOUT, readable: false }), NAME);
  return new DescriptorOutput(STDOUT, { name: NAME });
}

/**
 * For a command that will write there, before its work.
 *
 * Node opens `/dev/null` in the place of a descriptor that is closed, to read and write. Who discards the output opens it
 * to write (`> /dev/null`); but some programs open it so for children of whom they want to hear nothing, errors included.
 *
 * @throws {LayerstreamError} `WRITE_FAILED` where it is closed
 */
export function requireStdout(): void {
  if (!isReadableNull(STDOUT) || isReadableNull(STDERR)) return;
  throw new LayerstreamError('WRITE_FAILED', `${NAME} cannot be written: it is closed`, {
    path: NAME,
    hint: 'Let it go to a file or a pipe. To discard it, open /dev/null for writing only, as `> /dev/null` does.',
  });
}

function isReadableNull(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    if (!found.isCharacterDevice() || found.rdev !== statSync(devNull).rdev) return false;
    readSync(fd, Buffer.alloc(1));
    return true;
  } catch {
    return false;
  }
}

/** Opening a pipe to write waits for a reader, and the last may have gone: so we are one ourselves for a moment. */
async function reopenPipe(): Promise<FileHandle> {
  const bothEnds = await open(STDOUT_PATH, 'r+');
  try {
    return await open(STDOUT_PATH, 'w');
  } finally {
    await bothEnds.close();
  }
}
