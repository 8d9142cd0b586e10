import { fstatSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { DescriptorOutput } from './descriptor-output.js';
import type { Output } from './output.js';
import { SocketOutput } from './socket-output.js';

const NAME = 'standard output';
const STDOUT = 1;
const STDOUT_PATH = '/proc/self/fd/1';

/**
 * Standard output, to be written in large blocks without blocking the thread.
 *
 * Node makes a pipe on descriptor 1 non-blocking as soon as a worker thread exists, and writes to it then fail with
 * EAGAIN. So a pipe is opened again, which gives a description of our own. Files keep descriptor 1, which knows their
 * offset and append mode. Sockets, and pipes of other users, go through Node's own event loop.
 */
export async function openStdout(): Promise<Output> {
  const stat = fstatSync(STDOUT);
  if (stat.isFIFO()) {
    const pipe = await reopenPipe().catch(() => undefined);
    if (pipe !== undefined) return new DescriptorOutput(pipe.fd, { name: NAME, close: () => pipe.close() });
  }
  if (stat.isFIFO() || stat.isSocket()) return new SocketOutput(new Socket({ fd: STDOUT, readable: false }), NAME);
  return new DescriptorOutput(STDOUT, { name: NAME });
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
