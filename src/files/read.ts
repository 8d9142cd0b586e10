import { read, readSync } from 'node:fs';
import { promisify } from 'node:util';

const readAsync = promisify(read);

const CHUNK_SIZE = 256 * 1024;

/** Where to put bytes, and which. */
export interface Reading {
  readonly target: Uint8Array;
  /** In the target. */
  readonly at: number;
  readonly length: number;
  /** In the file; by default where the descriptor stands. */
  readonly position?: number | undefined;
}

/**
 * Reads as many bytes as are asked for, or fewer if the file ends. Gives their number.
 *
 * @throws The system's error.
 */
export function readFully(fd: number, { target, at, length, position }: Reading): number {
  let done = 0;
  while (done < length) {
    const from = position === undefined ? null : position + done;
    const got = readSync(fd, target, at + done, length - done, from);
    if (got === 0) break;
    done += got;
  }
  return done;
}

/**
 * The file's bytes from its start, each chunk in memory of its own. Unlike a stream of `node:fs` it leaves the
 * descriptor open, and where it stands.
 *
 * @throws The system's error.
 */
export async function* readChunks(fd: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await readAsync(fd, Buffer.allocUnsafeSlow(CHUNK_SIZE), 0, CHUNK_SIZE, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
