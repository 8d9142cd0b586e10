/**
 * The events of a build, as it goes on. The core emits them and never reads them.
 */

import type { CompressionKind } from '../compression/kind.js';
import type { TaskTiming } from '../ground/timing.js';
import type { LayerFile } from '../layer/files.js';
import type { Digest } from '../oci/digest.js';
import type { LayerOrigin } from '../scan/spec.js';

/** Layers are counted from 0, in the image's order, a base image's first. */
export type BuildEvent =
  /** The conf is checked, and the work begins. */
  | {
      readonly type: 'started';
      readonly layers: number;
      /** What each layer is made of. */
      readonly origins: readonly LayerOrigin[];
      /** Layers whose trees will be walked; the others came as tars. */
      readonly toScan: number;
      /** Store paths that will be walked. */
      readonly pathsToScan: number;
      readonly workers: number;
      /** Whether layers are hashed while they are written, so that files are read only once. */
      readonly singlePass: boolean;
    }
  | {
      readonly type: 'layer-scanned';
      readonly layer: number;
      readonly paths: readonly string[];
      /** Bytes of each path's entries in the tar, headers and padding included. */
      readonly pathSizes: readonly number[];
      readonly entries: number;
      /** Bytes of the layer's tar. */
      readonly size: number;
      /** The layer's regular files, read from its listing while they are iterated. May be called at any time. */
      readonly files: () => Iterable<LayerFile>;
    }
  /**
   * All layers are scanned. `toHash` and `toWrite` are the bytes of layers to be hashed, and to be written into a
   * stream. Layers that need not be hashed first may be written before this event.
   */
  | {
      readonly type: 'planned';
      readonly toHash: number;
      readonly toWrite: number;
      readonly entries: number;
      /** How the blobs of layers are compressed; left out if layers are streamed. */
      readonly blobs?: CompressionKind | undefined;
      readonly layers: readonly PlannedLayer[];
    }
  /** Something is odd, but does no harm to the image. */
  | { readonly type: 'warning'; readonly message: string }
  | {
      readonly type: 'layer-hashed';
      readonly layer: number;
      readonly diffId: Digest;
      readonly size: number;
    }
  /** Several times a second: what was walked so far, and the bytes of layers that were hashed and written. */
  | {
      readonly type: 'progress';
      readonly scannedPaths: number;
      readonly scannedEntries: number;
      readonly hashed: number;
      readonly written: number;
    }
  | {
      readonly type: 'layer-written';
      readonly layer: number;
      readonly diffId: Digest;
      readonly size: number;
      /** Whether an earlier build hashed it, so that this one did not need to. */
      readonly isKnown: boolean;
    }
  /** The layer's blob is in the layout. */
  | {
      readonly type: 'layer-stored';
      readonly layer: number;
      readonly diffId: Digest;
      readonly digest: Digest;
      /** Bytes of the blob. */
      readonly size: number;
      readonly compression: CompressionKind;
      /** Whether this build wrote the blob, or found it there. */
      readonly outcome: 'written' | 'reused';
    }
  /** A thread has finished a piece of work. Timelines are drawn from these. */
  | {
      readonly type: 'task';
      readonly task: TaskKind;
      readonly layer: number;
      /** The part of the layer's tar that the task worked on. */
      readonly bytes: number;
      readonly timing: TaskTiming;
    }
  | { readonly type: 'finished'; readonly summary: BuildSummary };

export interface PlannedLayer {
  /** Bytes of its tar. */
  readonly size: number;
  /** 0 for one that came as a tar. */
  readonly entries: number;
  /** Whether its bytes must be hashed. If not, its digest is known, or is proven while it is written. */
  readonly isHashed: boolean;
}

/**
 * `scan` walks a layer's trees, `digest` hashes its bytes, `read` prepares them for the writer, `write` passes them to
 * the output. `blob` hashes them and writes them to a file, perhaps compressed; `compress` helps it.
 */
export type TaskKind = 'scan' | 'digest' | 'read' | 'write' | 'blob' | 'compress';

export type TaskEvent = Extract<BuildEvent, { type: 'task' }>;

export type LayerScannedEvent = Extract<BuildEvent, { type: 'layer-scanned' }>;

export type BuildListener = (event: BuildEvent) => void;

/** What was built, and in what time. */
export interface BuildSummary {
  readonly imageId: Digest;
  /** What it is called where it is now, each `name:tag`. */
  readonly names: readonly string[];
  readonly layers: readonly LayerSummary[];
  /** Entries of all scanned layers. */
  readonly entries: number;
  /** Bytes of all layers. */
  readonly bytes: number;
  /** Bytes of the archive, if it was compressed as a whole. */
  readonly compressedSize?: number | undefined;
  /** From the call that began the build to its end. */
  readonly seconds: number;
  readonly passes: {
    readonly scan: PassSummary;
    readonly digest: PassSummary;
    readonly stream: PassSummary;
    /** The layers that were written as blobs. */
    readonly blob: PassSummary;
  };
  /** The peak resident memory of the process, in bytes. */
  readonly peakMemory: number;
}

export interface LayerSummary {
  readonly diffId: Digest;
  readonly size: number;
  readonly entries: number;
  readonly paths: readonly string[];
  /** Whether an earlier build hashed it, so that this one did not need to. */
  readonly isKnown: boolean;
}

/** From the start of a pass's first layer to the end of its last. */
export interface PassSummary {
  readonly bytes: number;
  readonly seconds: number;
}
