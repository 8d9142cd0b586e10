import type { CompressionSetting } from '../compression/setting.js';
import type { ByteTarget } from '../ground/byte-target.js';
import type { Threads } from '../threads/threads.js';

interface Packing {
  readonly target: ByteTarget;
  readonly compression: CompressionSetting | undefined;
}

/**
 * Lets `write` write to a target, through threads that compress it all if that is asked for. `write` calls `end` after
 * the last byte: when it resolves, the target has taken all, and the result is the compressed size.
 */
export async function writePacked<T>(
  threads: Threads,
  { target, compression }: Packing,
  write: (target: ByteTarget, end: () => Promise<number | undefined>) => Promise<T>,
): Promise<T> {
  if (compression === undefined || compression.kind === 'none') return write(target, async () => undefined);
  const packer = threads.pack(target, compression);
  try {
    return await write(packer, async () => (await packer.end()).size);
  } catch (error) {
    packer.abort(error);
    throw error;
  }
}
