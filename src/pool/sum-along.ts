import { type MessagePort, threadId } from 'node:worker_threads';
import { finishDigest, startDigest } from '../oci/digest.js';
import { now, Stopwatch } from '../timing.js';
import type { FromSummer, LayerSum, SummerData, ToSummer } from './messages.js';
import { RingTaker } from './ring.js';

/** The summer's thread: sums the layers that go through a ring, and hands each chunk on when it is summed. */
export function serveSums(port: MessagePort, { ring }: SummerData): void {
  const taker = new RingTaker(ring);
  const post = (message: FromSummer): void => port.postMessage(message);
  port.on('message', ({ size, summed }: ToSummer) => {
    const sum = sumRing(taker, size, (count) => {
      Atomics.add(summed, 0, BigInt(count));
      post({ type: 'filled' });
    });
    if (sum !== undefined) post({ type: 'summed', ...sum });
  });
}

/**
 * Sums the next `size` bytes of a ring, telling how many after each chunk. Undefined when the ring was closed before
 * the last of them.
 */
export function sumRing(taker: RingTaker, size: number, onBytes: (count: number) => void): LayerSum | undefined {
  const watch = new Stopwatch(threadId);
  const hash = startDigest();
  for (let rest = size; rest > 0; ) {
    const asked = now();
    const chunk = taker.next();
    if (chunk === undefined) return undefined;
    watch.waited('bytes', asked);
    hash.update(chunk);
    rest -= chunk.length;
    onBytes(chunk.length);
  }
  return { diffId: finishDigest(hash), timing: watch.stop() };
}
