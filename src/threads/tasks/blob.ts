/** Writes a layer as a blob: one thread reads, hashes, writes and compresses, and others help it to compress. */
import type { Stopwatch } from '../../ground/timing.js';
import type { LayerContent } from '../../layer/source.js';
import type { BlobPlace } from '../blobs/blob-output.js';
import { leadBlob } from '../blobs/lead-blob.js';
import { type Packing, type WrittenBlob, writeBlob } from '../blobs/write-blob.js';
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

/** @throws {LayerstreamError} `WRITE_FAILED`, `ABORTED`, or an error of the byte source */
export function runBlob(task: BlobTask, watch: Stopwatch): Promise<WrittenBlob> {
  const { content, packing, hashed } = task;
  return leadBlob(task, (output) => writeBlob({ content, packing, onBytes: adderTo(hashed), watch }, output));
}
