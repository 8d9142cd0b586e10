/** Hashes a layer: on one thread, or on two, of which one reads ahead. */

import { LayerstreamError } from '../../ground/errors.js';
import type { Stopwatch, TaskTiming } from '../../ground/timing.js';
import { digestLayer } from '../../layer/digest.js';
import { isCompressed, type LayerContent, openSource } from '../../layer/source.js';
import type { Digest } from '../../oci/digest.js';
import { adderTo } from '../shared/counter.js';
import { fillRing } from '../shared/fill-ring.js';
import { closeRing, makeRing, RingFiller, type RingMemory, RingTaker } from '../shared/ring.js';
import type { Task, TaskPool, Timed } from '../task.js';
import { hashRing } from './hash.js';

/** Reads and hashes a layer. */
export interface DigestTask extends Task<Digest> {
  readonly kind: 'digest';
  readonly content: LayerContent;
  /** One cell, to which the bytes of each chunk are added when it is hashed. */
  readonly hashed: BigInt64Array;
}

/** Reads a layer into a ring for a `hash-ring` that runs at the same time. */
export interface FeedTask extends Task<undefined> {
  readonly kind: 'feed';
  readonly content: LayerContent;
  readonly ring: RingMemory;
}

/** Hashes what a `feed` reads. */
export interface HashRingTask extends Task<Digest> {
  readonly kind: 'hash-ring';
  /** Bytes of the layer. */
  readonly size: number;
  readonly ring: RingMemory;
  readonly hashed: BigInt64Array;
}

export interface TimedDigest extends Timed<Digest> {
  /** When a second thread read for the one that hashed, if there was one. */
  readonly reading?: TaskTiming;
}

export interface DigestOptions {
  readonly hashed: BigInt64Array;
  /** With two, one reads ahead of the one that hashes. */
  readonly threads: 1 | 2;
}

/**
 * The diffID of a layer.
 *
 * @throws {LayerstreamError} an error of reading the layer
 */
export async function digest(
  runner: TaskPool,
  content: LayerContent,
  { hashed, threads }: DigestOptions,
): Promise<TimedDigest> {
  // Decompression keeps a thread busy, so that reading ahead gains nothing.
  const fed = threads === 2 && !isCompressed(content) ? await digestFed(runner, content, hashed) : undefined;
  if (fed !== undefined) return fed;
  const task: DigestTask = { kind: 'digest', content, hashed };
  return runner.run(task);
}

export function runDigest({ content, hashed }: DigestTask): Promise<Digest> {
  return digestLayer(content, { onBytes: adderTo(hashed) });
}

export function runFeed({ content, ring }: FeedTask, watch: Stopwatch): undefined {
  const source = openSource(content);
  try {
    fillRing(new RingFiller(ring), source, { watch });
  } catch (error) {
    closeRing(ring);
    throw error;
  } finally {
    source.close();
  }
}

export function runHashRing({ size, ring, hashed }: HashRingTask, watch: Stopwatch): Digest {
  const taker = new RingTaker(ring);
  const add = adderTo(hashed);
  const onBytes = (count: number): void => {
    add(count);
    taker.free();
  };
  const found = hashRing(taker, { size, onBytes, watch });
  if (found === undefined) throw new LayerstreamError('ABORTED', 'reading a layer failed while it was hashed');
  return found;
}

/** Undefined if there turns out to be one thread only. */
async function digestFed(
  runner: TaskPool,
  content: LayerContent,
  hashed: BigInt64Array,
): Promise<TimedDigest | undefined> {
  const ring = makeRing();
  const hash: HashRingTask = { kind: 'hash-ring', size: content.size, ring, hashed };
  const hashing = runner.run(hash);
  // It fails when the reading does, whose error gives the reason.
  hashing.catch(() => {});
  const feed: FeedTask = { kind: 'feed', content, ring };
  const feeding = runner.run(feed);
  if (runner.threads < 2) {
    // Each would wait for the other.
    closeRing(ring);
    await Promise.allSettled([hashing, feeding]);
    return undefined;
  }
  const { timing: reading } = await feeding;
  return { ...(await hashing), reading };
}
