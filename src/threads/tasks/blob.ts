/** Writes a layer as a blob: one thread reads, hashes, writes and compresses, and others help it to compress. */
import type { Stopwatch } from '../../ground/timing.js';
import type { LayerContent } from '../../layer/source.js';
import { type BlobPlace, openBlobOutput } from '../blobs/blob-output.js';
import { type Packing, type WrittenBlob, writeBlob } from '../blobs/write-blob.js';
import { closeBlockQueue } from '../shared/block-queue.js';
import { adderTo } from '../shared/counter.js';
import type { Task } from '../task.js';

export interface BlobTask extends Task<WrittenBlob> {
  readonly kind: 'blob';
  readonly content: LayerContent;
  readonly place: BlobPlace;
  readonly packing: Packing;
  /** One cell, to which the bytes of each chunk are added when it is hashed. */
  readonly hashed: BigInt64Array;
}

/**
 * The part of the thread that leads. However it ends, so do those that help it. A failure removes the file.
 *
 * @throws {LayerstreamError} `WRITE_FAILED`, `ABORTED`, or an error of the byte source
 */
export async function runBlob({ content, place, packing, hashed }: BlobTask, watch: Stopwatch): Promise<WrittenBlob> {
  try {
    const output = openBlobOutput(place);
    try {
      const blob = await writeBlob({ content, packing, onBytes: adderTo(hashed), watch }, output);
      output.close();
      return blob;
    } catch (error) {
      output.abort();
      throw error;
    }
  } finally {
    if (packing.kind !== 'none') closeBlockQueue(packing.memory);
  }
}
