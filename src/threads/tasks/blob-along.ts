/** Writes a layer as a blob while it goes through a line: the line reads and hashes it, and this looks on. */
import { makeCodec } from '../../compression/codec.js';
import type { Stopwatch } from '../../ground/timing.js';
import type { Digest } from '../../oci/digest.js';
import type { BlobPlace } from '../blobs/blob-output.js';
import { leadBlob } from '../blobs/lead-blob.js';
import { type RingBytes, RingSource } from '../blobs/ring-source.js';
import { compressTar, copyTar, type Packing } from '../blobs/write-blob.js';
import type { Task } from '../task.js';

export interface BlobAlongTask extends Task<AlongBlob> {
  readonly kind: 'blob-along';
  readonly bytes: RingBytes & { readonly size: number };
  readonly place: BlobPlace;
  readonly packing: Packing;
}

export interface AlongBlob {
  /** Bytes of the blob. */
  readonly size: number;
  /** Undefined if the blob is the layer's bytes as they are, which the line hashes. */
  readonly digest: Digest | undefined;
}

/** @throws {LayerstreamError} `WRITE_FAILED`, `ABORTED` */
export async function runBlobAlong(task: BlobAlongTask, watch: Stopwatch): Promise<AlongBlob> {
  const { bytes, packing } = task;
  const source = new RingSource(bytes, watch);
  try {
    return await leadBlob(task, (output) => {
      if (packing.kind !== 'none') {
        return compressTar(output, source, { codec: makeCodec(packing), memory: packing.memory, watch });
      }
      copyTar(output, source, bytes.size);
      return { size: bytes.size, digest: undefined };
    });
  } finally {
    bytes.port.close();
  }
}
