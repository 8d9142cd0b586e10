/** Decompression by the program of a format's name, as GNU tar does it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline as pipeTo, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';

/** The package that brings each program, as Debian and most others name it. */
const PACKAGES = { xz: 'xz-utils', bzip2: 'bzip2', zstd: 'zstd' } as const;

export type ProgramFormat = keyof typeof PACKAGES;

/** Characters of what a program prints that are kept: enough for its last line. */
const LOG_END = 2000;

/** What a program's closed input fails with. A program that closes it too early says why itself. */
const CLOSED: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);

export interface ProgramOptions {
  /** Ends the program. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The input's bytes, decompressed. What fails becomes an error of the result, with the last line that the program
 * printed. The program reads from this process and writes to it, so it ends with it, whatever ends this process.
 *
 * @param what Names the input in messages.
 * @throws {LayerstreamError} `INPUT_INVALID` if the program cannot be run
 */
export async function decompressByProgram(
  format: ProgramFormat,
  input: AsyncIterable<Uint8Array>,
  { what, signal }: ProgramOptions & { readonly what: string },
): Promise<Readable> {
  const child = spawn(format, ['-dc'], {
    stdio: 'pipe',
    env: { ...process.env, LC_ALL: 'C' },
    // It has nothing to clean up.
    killSignal: 'SIGKILL',
    ...(signal === undefined ? {} : { signal }),
  });
  // An abort shows in how it ends, and may come at any moment from here on.
  child.on('error', () => {});
  try {
    await once(child, 'spawn');
  } catch (error) {
    if (signal?.aborted) throw error;
    throw notRun(format, what, error);
  }
  let log = '';
  child.stderr.on('data', (bytes) => {
    log = `${log}${bytes}`.slice(-LOG_END);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const feeding = pipeline(input, child.stdin);
  feeding.catch(() => {});
  const check = async (): Promise<void> => {
    const status = await ended;
    await feeding.catch((error: unknown) => {
      if (!CLOSED.has(systemCode(error) ?? '')) throw error;
    });
    if (status !== 0) throw new Error(`${format} failed: ${lastLine(log) ?? `status ${status ?? 'unknown'}`}`);
  };
  const plain = new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: (done) => void check().then(() => done(), done),
    // Whether all was read or not: the program may still run.
    destroy: (error, done) => {
      child.kill('SIGKILL');
      done(error);
    },
  });
  // The last stream emits all errors; pipeline insists on a callback.
  return pipeTo(child.stdout, plain, () => {});
}

function lastLine(log: string): string | undefined {
  return log.trim().split('\n').at(-1) || undefined;
}

function notRun(format: ProgramFormat, what: string, cause: unknown): LayerstreamError {
  const isMissing = systemCode(cause) === 'ENOENT';
  const why = isMissing ? `the program ${format} is not installed` : `${format} cannot be run: ${systemReason(cause)}`;
  return new LayerstreamError('INPUT_INVALID', `${what} is compressed with ${format}, and ${why}`, {
    path: what,
    cause,
    hint: isMissing
      ? `Install ${format} (package ${PACKAGES[format]}), or decompress the file first.`
      : 'Decompress the file first, or compress it with gzip.',
  });
}
