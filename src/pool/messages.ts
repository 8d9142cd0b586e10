/**
 * All that crosses between threads: tasks and answers of the pool, messages of the reader. Data only.
 */
import type { PlainError } from '../errors.js';
import type { LayerContent } from '../layer/source.js';
import type { TreeSpec } from '../layer/spec.js';
import type { ScannedTree } from '../layer/walk.js';
import type { Digest } from '../oci/digest.js';
import type { TaskTiming } from '../timing.js';

export type LayerTask =
  | { readonly kind: 'scan'; readonly spec: TreeSpec }
  | {
      readonly kind: 'digest';
      readonly content: LayerContent;
      /** One cell, to which each chunk's bytes are added as they are summed. */
      readonly summed: BigInt64Array;
    };

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly timing: TaskTiming }
  | { readonly ok: false; readonly error: PlainError };

/** What each kind of task answers with. */
export interface TaskValues {
  scan: ScannedTree;
  digest: Digest;
}

/** Chunks that the reader fills and the coordinator writes; shared memory, known to both by their index. */
export interface ReaderData {
  readonly chunks: readonly Uint8Array[];
}

export type ToReader =
  /**
   * Give a layer's bytes, proving that they are those that were summed if they were. Layers are given in the order in
   * which they are asked for.
   */
  | { readonly type: 'read'; readonly content: LayerContent; readonly diffId: Digest | undefined }
  /** The chunk was written and may be filled again. */
  | { readonly type: 'free'; readonly chunk: number };

export type FromReader =
  | { readonly type: 'filled'; readonly chunk: number; readonly length: number }
  /** All bytes of the layer were given. */
  | { readonly type: 'end'; readonly timing: TaskTiming }
  | { readonly type: 'failed'; readonly error: PlainError };
