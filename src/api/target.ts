import { tmpdir } from 'node:os';
import { openFileOutput } from '../files/file-output.js';
import type { Output } from '../files/output.js';
import type { ByteTarget } from '../ground/byte-target.js';
import { GuardedTarget } from '../ground/guarded-target.js';

interface WriteOptions {
  readonly onCleanUp?: ((cleanUp: () => void) => void) | undefined;
}

/** Writes to a target by a verb, which checks its input within: the output is committed, or aborted if it fails. */
export async function writeTo<T>(
  target: string | ByteTarget | Output,
  { onCleanUp }: WriteOptions,
  write: (target: ByteTarget, output: Output) => Promise<T>,
): Promise<T> {
  const output = typeof target === 'string' ? await openFileOutput(target) : asOutput(target);
  onCleanUp?.(() => output.abort());
  const guarded = new GuardedTarget(output);
  try {
    const result = await write(guarded, output);
    await output.commit();
    return result;
  } catch (error) {
    output.abort();
    throw error;
  } finally {
    guarded.close();
  }
}

/** A target that is no output has nothing to commit. */
function asOutput(target: ByteTarget | Output): Output {
  if ('commit' in target) return target;
  return {
    stagingParent: tmpdir(),
    write: (bytes) => target.write(bytes),
    flush: async () => {},
    commit: async () => {},
    abort: () => {},
  };
}
