import { write, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const writeAsync = promisify(write);

/**
 * Writes all of the bytes where the descriptor stands.
 *
 * @throws The system's error.
 */
export async function writeFully(fd: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await writeAsync(fd, bytes, done, bytes.length - done, null);
    done += bytesWritten;
  }
}

/** As `writeFully`, before it returns. */
export function writeFullySync(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done);
}
