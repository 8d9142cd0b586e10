/** Writes a layer as a blob while it goes through a line: the line reads and hashes it, and this looks on. */
import type { MessagePort } from 'node:worker_threads';
import { makeCodec } from '../../compression/codec.js';
import { LayerstreamError } from '../../ground/errors.js';
import { now, type Stopwatch } from '../../ground/timing.js';
import type { Digest } from '../../oci/digest.js';
import type { BlobPlace } from '../blobs/blob-output.js';
import type { BlockSource } from '../blobs/compress-blocks.js';
import { leadBlob } from '../blobs/lead-blob.js';
import { compressTar, copyTar, type Packing } from '../blobs/write-blob.js';
import { type RingMemory, RingTaker } from '../shared/ring.js';
import type { Task } from '../task.js';

export interface BlobAlongTask extends Task<AlongBlob> {
  readonly kind: 'blob-along';
  readonly ring: RingMemory;
  /** Number of the layer's first chunk in the ring. */
  readonly from: number;
  /** Bytes of the layer. */
  readonly size: number;
  /** Gets a `TookMessage` for each chunk that is no longer needed. */
  readonly port: MessagePort;
  readonly place: BlobPlace;
  readonly packing: Packing;
}

export interface TookMessage {
  readonly type: 'took';
}

export interface AlongBlob {
  /** Bytes of the blob. */
  readonly size: number;
  /** Undefined if the blob is the layer's bytes as they are, which the line hashes. */
  readonly digest: Digest | undefined;
}

/** @throws {LayerstreamError} `WRITE_FAILED`, `ABORTED` */
export async function runBlobAlong(task: BlobAlongTask, watch: Stopwatch): Promise<AlongBlob> {
  const { packing, port } = task;
  const source = new RingSource(task, watch);
  try {
    return await leadBlob(task, (output) => {
      if (packing.kind !== 'none') {
        return compressTar(output, source, { codec: makeCodec(packing), memory: packing.memory, watch });
      }
      copyTar(output, source, task.size);
      return { size: task.size, digest: undefined };
    });
  } finally {
    port.close();
  }
}

/** The bytes of a layer as they come through a ring. */
class RingSource implements BlockSource {
  readonly #taker: RingTaker;
  readonly #port: MessagePort;
  readonly #watch: Stopwatch;
  #chunk: Uint8Array = new Uint8Array(0);
  #rest: number;

  constructor({ ring, from, size, port }: BlobAlongTask, watch: Stopwatch) {
    this.#taker = new RingTaker(ring, from);
    this.#port = port;
    this.#watch = watch;
    this.#rest = size;
  }

  get isEnded(): boolean {
    return this.#rest === 0;
  }

  fill(target: Uint8Array): number {
    const wanted = Math.min(target.length, this.#rest);
    for (let at = 0; at < wanted; ) {
      if (this.#chunk.length === 0) this.#chunk = this.#next();
      const part = this.#chunk.subarray(0, wanted - at);
      target.set(part, at);
      at += part.length;
      this.#rest -= part.length;
      this.#chunk = this.#chunk.subarray(part.length);
      if (this.#chunk.length === 0) this.#port.postMessage({ type: 'took' } satisfies TookMessage);
    }
    return wanted;
  }

  #next(): Uint8Array {
    const asked = now();
    const chunk = this.#taker.next();
    if (chunk === undefined) throw new LayerstreamError('ABORTED', 'reading a layer failed while it was stored');
    this.#watch.waited('bytes', asked);
    return chunk;
  }
}
