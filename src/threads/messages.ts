/**
 * All that crosses between threads: tasks and answers of the pool, messages of the reader. Data only.
 */
import type { PlainError } from '../ground/errors.js';
import type { TaskTiming } from '../ground/timing.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import type { TreeSpec } from '../scan/spec.js';
import type { ScannedTree } from '../scan/walk.js';
import type { RingMemory } from './ring.js';
import type { BlobWork, Packing, WrittenBlob } from './write-blob.js';

export type LayerTask =
  | { readonly kind: 'scan'; readonly spec: TreeSpec }
  | {
      readonly kind: 'digest';
      readonly content: LayerContent;
      /** One cell, to which each chunk's bytes are added as they are hashed. */
      readonly hashed: BigInt64Array;
    }
  /** Reads a layer into a ring, for a `hash` that runs at the same time. */
  | { readonly kind: 'feed'; readonly content: LayerContent; readonly ring: RingMemory }
  /** Hashes what comes through the ring; the fields are those of a digest. */
  | { readonly kind: 'hash'; readonly size: number; readonly ring: RingMemory; readonly hashed: BigInt64Array }
  | BlobTask
  | CompressTask;

/** Writes a layer's blob to a file, with those threads that do a `compress` of the same memory. */
export interface BlobTask extends Pick<BlobWork, 'input' | 'path' | 'packing'> {
  readonly kind: 'blob';
  /** One cell, to which each chunk's bytes are added as they are hashed. */
  readonly hashed: BigInt64Array;
}

/** Helps to compress a blob that another thread writes. */
export interface CompressTask {
  readonly kind: 'compress';
  readonly packing: Exclude<Packing, { kind: 'none' }>;
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly timing: TaskTiming }
  | { readonly ok: false; readonly error: PlainError };

/** A layer's digest, and when it was hashed. */
export interface LayerHash {
  readonly diffId: Digest;
  readonly timing: TaskTiming;
}

/** What each kind of task answers with. */
export interface TaskValues {
  scan: ScannedTree;
  digest: Digest;
  feed: undefined;
  hash: Digest;
  blob: WrittenBlob;
  compress: undefined;
}

/** What the reader's thread gets as it starts. */
export interface ReaderData {
  readonly ring: RingMemory;
  /** Whether it tells of each chunk it filled; else somebody else takes them from the ring. */
  readonly announces: boolean;
}

/**
 * Give a layer's bytes, proving that they are those that were hashed if they were. Layers are given in the order in
 * which they are asked for.
 */
export interface ToReader {
  readonly content: LayerContent;
  readonly diffId: Digest | undefined;
}

export type FromReader =
  | Filled
  /** All bytes of the layer were given. */
  | { readonly type: 'end'; readonly timing: TaskTiming }
  | { readonly type: 'failed'; readonly error: PlainError };

/** The next chunk of the ring is ready to be written. */
export interface Filled {
  readonly type: 'filled';
}

/** What the hasher's thread gets as it starts. */
export interface HasherData {
  readonly ring: RingMemory;
}

/** Hash the next layer that comes through the ring. */
export interface ToHasher {
  /** Its bytes. */
  readonly size: number;
  /** One cell, to which each chunk's bytes are added as they are hashed. */
  readonly hashed: BigInt64Array;
}

export type FromHasher = Filled | ({ readonly type: 'hashed' } & LayerHash);
