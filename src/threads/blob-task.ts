import { makeCodec } from '../compression/codec.js';
import type { Stopwatch } from '../ground/timing.js';
import { closeTeam } from './block-team.js';
import { helpBlocks } from './compress-blocks.js';
import type { CompressTask } from './messages.js';
import { type BlobWork, type WrittenBlob, writeBlob } from './write-blob.js';

/** The lead's part in writing a blob. However it ends, so do the others. */
export async function leadBlob(work: BlobWork): Promise<WrittenBlob> {
  try {
    return await writeBlob(work);
  } finally {
    if (work.packing.kind !== 'none') closeTeam(work.packing.memory);
  }
}

/** A helper's part. If it fails, so does the lead. */
export function helpBlob({ packing }: CompressTask, watch: Stopwatch): undefined {
  try {
    helpBlocks({ codec: makeCodec(packing), memory: packing.memory, watch });
  } catch (error) {
    closeTeam(packing.memory);
    throw error;
  }
}
