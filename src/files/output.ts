import type { ByteTarget } from '../ground/byte-target.js';
import { LayerstreamError, systemCode, systemReason } from '../ground/errors.js';

/** Where an archive goes. Exactly one of `commit` and `abort` ends it. */
export interface Output extends ByteTarget {
  /**
   * The directory in which to make a `StagingDirectory` for this output: the one in which a file will appear, so that
   * both have the same room; the system's directory for temporary files if the output is not a file that appears.
   */
  readonly stagingParent: string;
  /** Makes what was written safe on disk, where that can be, before `commit`. Nothing is written after it. */
  flush(): Promise<void>;
  /** Makes what was written final: it is complete, and safe on disk where that can be. */
  commit(): Promise<void>;
  /** Lets go of everything and leaves nothing. Does not fail. Fit for a signal handler: done when it returns. */
  abort(): void;
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room, or write elsewhere.',
  EDQUOT: 'Make room, or write elsewhere.',
  EFBIG: 'Allow larger files (`ulimit -f`), or write to a file system that can hold them.',
};

/** The error for a system call that failed on an output. */
export function outputError(name: string, error: unknown): LayerstreamError {
  const code = systemCode(error);
  if (code === 'EPIPE' || code === 'ECONNRESET') {
    return new LayerstreamError('OUTPUT_CLOSED', `the reader of ${name} went away`, { cause: error });
  }
  return new LayerstreamError('WRITE_FAILED', `${name} cannot be written: ${systemReason(error)}`, {
    path: name,
    hint: HINTS[code ?? ''],
    cause: error,
  });
}
