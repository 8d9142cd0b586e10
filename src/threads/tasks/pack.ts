/** Compresses what the main thread writes into a ring, and others help it to compress. */
import type { BlockCodec } from '../../compression/block-codec.js';
import { makeCodec } from '../../compression/codec.js';
import type { CodecSetting } from '../../compression/setting.js';
import type { Stopwatch } from '../../ground/timing.js';
import type { BlobPlace } from '../blobs/blob-output.js';
import { type BlockSource, leadBlocks } from '../blobs/compress-blocks.js';
import { leadBlob } from '../blobs/lead-blob.js';
import { type RingBytes, RingSource } from '../blobs/ring-source.js';
import type { BlockQueueMemory } from '../shared/block-queue.js';
import type { Task } from '../task.js';

/**
 * Bytes of the first of two gzip members. Older Skopeo and Podman, as in Debian 12, read so many bytes of an archive to see
 * whether it is compressed twice, and lose all else that they have of that member by then.
 */
const START_SIZE = 8;

export interface PackTask extends Task<PackedBytes> {
  readonly kind: 'pack';
  readonly bytes: RingBytes;
  readonly place: BlobPlace;
  readonly packing: CodecSetting & { readonly memory: BlockQueueMemory };
}

export interface PackedBytes {
  /** Compressed bytes. */
  readonly size: number;
}

/** @throws {LayerstreamError} `WRITE_FAILED`, `ABORTED` */
export async function runPack(task: PackTask, watch: Stopwatch): Promise<PackedBytes> {
  const { bytes, packing } = task;
  try {
    return await leadBlob(task, (output) => {
      let size = 0;
      const write = (part: Uint8Array): void => {
        size += part.length;
        output.write(part);
      };
      const codec = makeCodec(packing);
      const source = new RingSource(bytes, watch);
      if (packing.kind === 'gzip') writeStart(codec, { source, write });
      leadBlocks({ codec, memory: packing.memory, watch }, { source, write });
      return { size };
    });
  } finally {
    bytes.port.close();
  }
}

/** Writes the first bytes as a blob of their own. */
function writeStart(
  { startFrame, compress }: BlockCodec,
  { source, write }: { readonly source: BlockSource; readonly write: (part: Uint8Array) => void },
): void {
  const start = new Uint8Array(START_SIZE);
  const block = start.subarray(0, source.fill(start));
  const frame = startFrame();
  write(frame.head);
  frame.update(block);
  write(compress(block, undefined));
  write(frame.tail());
}
