import type { MessagePort } from 'node:worker_threads';
import { threadId } from 'node:worker_threads';
import { toPlainError } from '../ground/errors.js';
import { now, Stopwatch } from '../ground/timing.js';
import { ProvenSource } from '../layer/proven-source.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import type { FromReader, ReaderData, ToReader } from './messages.js';
import { closeRing, RingFiller } from './ring.js';

/**
 * The reader's thread: fills the ring with the bytes of the layers it is asked for, one layer after the other, and so
 * stays ahead of the writer by as many chunks as there are. After a failure it reads nothing more.
 */
export function serveReads(port: MessagePort, { ring, announces }: ReaderData): void {
  const filler = new RingFiller(ring);
  const post = (message: FromReader): void => port.postMessage(message);
  const onFilled = announces ? () => post({ type: 'filled' }) : undefined;
  port.on('message', ({ content, diffId }: ToReader) => {
    try {
      const watch = new Stopwatch(threadId);
      if (fillRing(filler, { content, diffId, onFilled, watch })) post({ type: 'end', timing: watch.stop() });
    } catch (error) {
      post({ type: 'failed', error: toPlainError(error) });
      closeRing(ring);
    }
  });
}

interface Fill {
  readonly content: LayerContent;
  /** What the bytes must prove to be; undefined where nothing was hashed. */
  readonly diffId: Digest | undefined;
  /** Called behind each chunk. */
  readonly onFilled?: (() => void) | undefined;
  readonly watch: Stopwatch;
}

/** Fills chunks with all bytes of a layer. False when the ring was closed before the layer's end. */
export function fillRing(filler: RingFiller, { content, diffId, onFilled, watch }: Fill): boolean {
  const source = new ProvenSource(content, diffId);
  try {
    for (;;) {
      const asked = now();
      const room = filler.room();
      if (room === undefined) return false;
      watch.waited('room', asked);
      const length = source.read(room);
      if (length > 0) {
        filler.filled(length);
        onFilled?.();
      }
      if (length < room.length) return true;
    }
  } finally {
    source.close();
  }
}
