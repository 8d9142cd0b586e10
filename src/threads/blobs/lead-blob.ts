import { closeBlockQueue } from '../shared/block-queue.js';
import { type BlobOutput, type BlobPlace, openBlobOutput } from './blob-output.js';
import type { Packing } from './write-blob.js';

/**
 * Does a lead's work on a blob. However it ends, so do the threads that help it. A failure removes the file.
 *
 * @throws {LayerstreamError} `WRITE_FAILED`, `ABORTED`; what `write` throws is passed on
 */
export async function leadBlob<T>(
  { place, packing }: { readonly place: BlobPlace; readonly packing: Packing },
  write: (output: BlobOutput) => T | Promise<T>,
): Promise<T> {
  try {
    const output = openBlobOutput(place);
    try {
      const blob = await write(output);
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
