/** The thread of a stream that hashes layers on their way: its messages, and its side of the work. */
import { type MessagePort, threadId } from 'node:worker_threads';
import { now, Stopwatch, type TaskTiming } from '../../ground/timing.js';
import { ContentDigest } from '../../layer/content-digest.js';
import { undecompressable } from '../../layer/digest.js';
import { type Digest, finishDigest, startDigest } from '../../oci/digest.js';
import type { FileForm } from '../../scan/spec.js';
import { adderTo } from '../shared/counter.js';
import { type RingMemory, RingTaker } from '../shared/ring.js';
import { type Failed, serveInTurn } from '../shared/serve.js';

/** What the thread gets when it starts. */
export interface HasherData {
  readonly ring: RingMemory;
}

/** Hash the next layer that comes through the ring. */
export interface ToHasher {
  /** Its bytes. */
  readonly size: number;
  readonly form: FileForm;
  /** For messages. */
  readonly path: string;
  /** One cell, to which the bytes of each chunk are added when it is hashed. */
  readonly hashed: BigInt64Array;
}

/** A layer's digests, and when it was hashed. */
export interface LayerHash {
  /** Of its bytes. */
  readonly digest: Digest;
  /** Of its tar. */
  readonly diffId: Digest;
  readonly timing: TaskTiming;
}

export type FromHasher =
  /** The next chunk of the ring is ready to be taken. */
  { readonly type: 'filled' } | ({ readonly type: 'hashed' } & LayerHash) | Failed;

/** Hashes the layers that go through a ring, and reports each chunk when it is hashed. */
export function serveHashes(port: MessagePort, { ring }: HasherData): void {
  const taker = new RingTaker(ring);
  const post = (message: FromHasher): void => port.postMessage(message);
  serveInTurn(port, ring, async (layer: ToHasher) => {
    const watch = new Stopwatch(threadId);
    const add = adderTo(layer.hashed);
    const onBytes = (count: number): void => {
      add(count);
      post({ type: 'filled' });
    };
    const found = await hashLayer(taker, { ...layer, onBytes, watch });
    if (found !== undefined) post({ type: 'hashed', ...found, timing: watch.stop() });
  });
}

interface HashWork {
  /** Bytes. */
  readonly size: number;
  /** Called with the bytes of each chunk that was hashed. */
  readonly onBytes: (count: number) => void;
  readonly watch: Stopwatch;
}

async function hashLayer(
  taker: RingTaker,
  { form, path, ...work }: ToHasher & HashWork,
): Promise<Pick<LayerHash, 'digest' | 'diffId'> | undefined> {
  if (form !== 'tar') return hashCompressed(taker, path, work);
  const digest = hashRing(taker, work);
  return digest === undefined ? undefined : { digest, diffId: digest };
}

/** Hashes the next `size` bytes of a ring. Undefined if the ring was closed before the last of them. */
export function hashRing(taker: RingTaker, { size, onBytes, watch }: HashWork): Digest | undefined {
  const hash = startDigest();
  for (let rest = size; rest > 0; ) {
    const chunk = nextChunk(taker, watch);
    if (chunk === undefined) return undefined;
    hash.update(chunk);
    rest -= chunk.length;
    onBytes(chunk.length);
  }
  return finishDigest(hash);
}

async function hashCompressed(
  taker: RingTaker,
  path: string,
  { size, onBytes, watch }: HashWork,
): Promise<Pick<LayerHash, 'digest' | 'diffId'> | undefined> {
  const hash = new ContentDigest();
  for (let rest = size; rest > 0; ) {
    const chunk = nextChunk(taker, watch);
    if (chunk === undefined) return undefined;
    await hash.update(chunk);
    rest -= chunk.length;
    onBytes(chunk.length);
  }
  const { digest, diffId, fault } = await hash.finish();
  if (diffId === undefined) throw undecompressable(path, fault);
  return { digest, diffId };
}

function nextChunk(taker: RingTaker, watch: Stopwatch): Uint8Array | undefined {
  const asked = now();
  const chunk = taker.next();
  if (chunk !== undefined) watch.waited('bytes', asked);
  return chunk;
}
