import { type MessagePort, threadId } from 'node:worker_threads';
import { now, Stopwatch } from '../ground/timing.js';
import { type Digest, finishDigest, startDigest } from '../oci/digest.js';
import type { FromHasher, HasherData, ToHasher } from './messages.js';
import { RingTaker } from './ring.js';

/** The hasher's thread: hashes the layers that go through a ring, and hands each chunk on when it is hashed. */
export function serveHashes(port: MessagePort, { ring }: HasherData): void {
  const taker = new RingTaker(ring);
  const post = (message: FromHasher): void => port.postMessage(message);
  port.on('message', ({ size, hashed }: ToHasher) => {
    const watch = new Stopwatch(threadId);
    const onBytes = (count: number): void => {
      Atomics.add(hashed, 0, BigInt(count));
      post({ type: 'filled' });
    };
    const diffId = hashRing(taker, { size, onBytes, watch });
    if (diffId !== undefined) post({ type: 'hashed', diffId, timing: watch.stop() });
  });
}

interface Sum {
  readonly size: number;
  /** Told the bytes of each chunk that was hashed. */
  readonly onBytes: (count: number) => void;
  readonly watch: Stopwatch;
}

/** Hashes the next `size` bytes of a ring. Undefined when the ring was closed before the last of them. */
export function hashRing(taker: RingTaker, { size, onBytes, watch }: Sum): Digest | undefined {
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
  return finishDigest(hash);
}
