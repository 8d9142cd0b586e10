/** What a layer of the pipeline needs of others, and what they see of it. */
import type { TaskKind } from '../events/events.js';
import type { ByteTarget } from '../ground/byte-target.js';
import type { TaskTiming } from '../ground/timing.js';
import type { LayerPlan } from '../inputs/plan.js';
import type { LayerContent } from '../layer/source.js';
import type { Digest } from '../oci/digest.js';
import type { Copy } from '../threads/copies.js';
import type { LineRead } from '../threads/line.js';
import type { TimedDigest } from '../threads/tasks/digest.js';

export interface ServedLayer {
  readonly plan: LayerPlan;
  /** Known when the layer is scanned. */
  readonly content: LayerContent;
  /** Bytes of the layer as it is written, when they are known. */
  readonly bytes: number;
  /** Whether an earlier build had hashed it, so that this one did not. */
  readonly isKnown: boolean;
}

export interface LayerObserver {
  /** When the turn of the next layer in line came, in milliseconds since the epoch. */
  readonly turn: number;
  onBytes(count: number): void;
  onTask(kind: TaskKind, layer: ServedLayer, done: { readonly bytes: number; readonly timing: TaskTiming }): void;
  onHashed(layer: ServedLayer, diffId: Digest): void;
  onWritten(layer: ServedLayer, diffId: Digest): void;
}

/** What a layer asks of the threads. */
export interface LayerServices {
  /** The read of a layer that is next in line; undefined for all others. */
  nextInLine(layer: ServedLayer): Promise<TakenRead> | undefined;
  /** Copies a layer that is not next in line. */
  copy(copy: Copy, target: ByteTarget): Promise<void>;
  /** Hashes a layer that nothing else is going to hash in time. */
  hash(layer: ServedLayer): Promise<TimedDigest>;
}

/** A read that has to be given back. */
export interface TakenRead {
  readonly read: LineRead;
  readonly onlook: Parameters<LineRead['copyTo']>[1]['onlook'];
  /** Lets the next layer begin; after a failure no other layer takes the line. */
  release(outcome: 'copied' | 'failed'): void;
}

/**
 * Who hashes a layer: the pipeline, which has a schedule for all layers; the line, when the layer is copied in its turn;
 * or nobody before somebody asks for the digest.
 */
export type Hashing = 'scheduled' | 'in-line' | 'on-demand';

export interface LayerOptions {
  readonly observer: LayerObserver;
  readonly services: LayerServices;
  readonly hashing: Hashing;
}

/** When a blob was written, and when other threads helped to compress it. */
export interface BlobTiming {
  readonly timing: TaskTiming;
  readonly helping: readonly TaskTiming[];
}
