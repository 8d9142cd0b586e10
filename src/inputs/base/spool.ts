import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { closeFile } from '../../files/open.js';
import { readChunks } from '../../files/read.js';
import { openNamelessFile, temporaryFault } from '../../files/temporary.js';
import { writeFully } from '../../files/write.js';
import { LayerstreamError, systemReason } from '../../ground/errors.js';
import { decompress } from '../../tar/decompress.js';

/** A base image that is being read. */
export interface OpenBase {
  readonly fd: number;
  /** For messages. */
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Decompresses a file into one without a name, which vanishes with its descriptor. Closes the compressed one, unless it
 * fails.
 *
 * @throws {LayerstreamError} `INPUT_INVALID`, `WRITE_FAILED`, `ABORTED`
 */
export async function spool(file: OpenBase): Promise<number> {
  const plain = await openNamelessFile();
  try {
    const input = Readable.from(readUnlessAborted(file), { objectMode: false });
    const bytes: AsyncIterable<Uint8Array> = await decompress(input, `base image ${file.path}`, file);
    for await (const chunk of bytes) {
      // Some compressed bytes may become a thousand times as many.
      throwIfAborted(file.signal);
      await write(plain, chunk);
    }
  } catch (error) {
    closeFile(plain);
    throwIfAborted(file.signal);
    if (error instanceof LayerstreamError) throw error;
    const { path } = file;
    throw new LayerstreamError('INPUT_INVALID', `base image ${path} cannot be decompressed: ${systemReason(error)}`, {
      path,
      cause: error,
    });
  }
  closeFile(file.fd);
  return plain;
}

/** The file's bytes from its start. @throws {LayerstreamError} `ABORTED` */
export async function* readUnlessAborted({ fd, signal }: OpenBase): AsyncGenerator<Uint8Array> {
  for await (const chunk of readChunks(fd)) {
    throwIfAborted(signal);
    yield chunk;
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LayerstreamError('ABORTED', 'the build was aborted', { cause: signal.reason });
}

async function write(fd: number, bytes: Uint8Array): Promise<void> {
  try {
    await writeFully(fd, bytes);
  } catch (error) {
    throw temporaryFault(tmpdir(), error);
  }
}
