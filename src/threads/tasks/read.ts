/** The thread of a stream that reads: its messages, and its side of the work. */
import { type MessagePort, threadId } from 'node:worker_threads';
import type { ByteRange } from '../../ground/byte-target.js';
import { Stopwatch, type TaskTiming } from '../../ground/timing.js';
import { ProvenSource } from '../../layer/proven-source.js';
import type { LayerContent } from '../../layer/source.js';
import type { Digest } from '../../oci/digest.js';
import { fillRing } from '../shared/fill-ring.js';
import { RingFiller, type RingMemory } from '../shared/ring.js';
import { type Failed, serveInTurn } from '../shared/serve.js';

/** What the thread gets when it starts. */
export interface ReaderData {
  readonly ring: RingMemory;
}

/** Read a layer into the ring. Layers are read in the order in which they are asked for. */
export interface ToReader {
  readonly content: LayerContent;
  /** What the bytes have to prove to be; undefined where nothing was hashed. */
  readonly diffId: Digest | undefined;
  /** By default all bytes. */
  readonly range?: ByteRange | undefined;
  /** Whether to report each chunk; else another thread does after it has hashed the chunk. */
  readonly announces: boolean;
}

export type FromReader =
  /** The next chunk of the ring is ready to be taken. */
  | { readonly type: 'filled' }
  /** All bytes of the layer were given. */
  | { readonly type: 'end'; readonly timing: TaskTiming }
  | Failed;

/**
 * Fills the ring with the layers that are asked for, one after the other, and so stays ahead of the taker by as
 * many chunks as there are. After a failure it reads nothing more.
 */
export function serveReads(port: MessagePort, { ring }: ReaderData): void {
  const filler = new RingFiller(ring);
  const post = (message: FromReader): void => port.postMessage(message);
  serveInTurn(port, ring, async (layer: ToReader) => {
    const watch = new Stopwatch(threadId);
    const onFilled = layer.announces ? () => post({ type: 'filled' }) : undefined;
    if (await read(filler, layer, { onFilled, watch })) post({ type: 'end', timing: watch.stop() });
  });
}

async function read(
  filler: RingFiller,
  { content, diffId, range }: ToReader,
  options: Parameters<typeof fillRing>[2],
): Promise<boolean> {
  const source = new ProvenSource(content, { diffId, range });
  try {
    const isWhole = fillRing(filler, source, options);
    if (isWhole) await source.finish();
    return isWhole;
  } finally {
    source.close();
  }
}
