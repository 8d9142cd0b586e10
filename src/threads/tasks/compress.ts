/** Helps to compress a blob that another thread writes. */

import { makeCodec } from '../../compression/codec.js';
import type { CodecSetting } from '../../compression/setting.js';
import type { Stopwatch } from '../../ground/timing.js';
import { helpBlocks } from '../blobs/compress-blocks.js';
import { type BlockQueueMemory, closeBlockQueue } from '../shared/block-queue.js';
import type { Task } from '../task.js';

export interface CompressTask extends Task<undefined> {
  readonly kind: 'compress';
  readonly packing: CodecSetting & { readonly memory: BlockQueueMemory };
}

/** If it fails, so do the threads that it helps. */
export function runCompress({ packing }: CompressTask, watch: Stopwatch): undefined {
  try {
    helpBlocks({ codec: makeCodec(packing), memory: packing.memory, watch });
  } catch (error) {
    closeBlockQueue(packing.memory);
    throw error;
  }
}
