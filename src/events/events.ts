/**
 * What a build tells while it goes on. The core emits these and never reads them.
 */

import type { TaskTiming } from '../ground/timing.js';
import type { LayerFile } from '../layer/files.js';
import type { Digest } from '../oci/digest.js';

/** Layers are counted from 0, in the image's order, a base image's first. */
export type BuildEvent =
  /** The conf is checked and the work begins. */
  | {
      readonly type: 'started';
      readonly layers: number;
      /** Layers that are to be walked; others came as tars. */
      readonly toScan: number;
      readonly workers: number;
      /** Whether layers are hashed while they are written, and files read once. */
      readonly singlePass: boolean;
    }
  | {
      readonly type: 'layer-scanned';
      readonly layer: number;
      readonly paths: readonly string[];
      readonly entries: number;
      /** Bytes of the layer's tar. */
      readonly size: number;
      /** The layer's regular files, read from its listing as they are asked for; may be asked for at any time. */
      readonly files: () => Iterable<LayerFile>;
    }
  /**
   * All layers are scanned: what is to be hashed, and what is to be written into a stream, in bytes of layers. Of what
   * need not be hashed first, layers may be written already.
   */
  | {
      readonly type: 'planned';
      readonly toHash: number;
      readonly toWrite: number;
      readonly entries: number;
      /** How layers become blobs of their own; left out where they are streamed. */
      readonly blobs?: 'none' | 'gzip' | 'zstd' | undefined;
      readonly layers: readonly PlannedLayer[];
    }
  /** Something that does no harm to the image. */
  | { readonly type: 'warning'; readonly message: string }
  | {
      readonly type: 'layer-hashed';
      readonly layer: number;
      readonly diffId: Digest;
      readonly size: number;
    }
  /** Some times a second: bytes of layers hashed and written so far. */
  | { readonly type: 'progress'; readonly hashed: number; readonly written: number }
  | {
      readonly type: 'layer-written';
      readonly layer: number;
      readonly diffId: Digest;
      readonly size: number;
    }
  /** A thread ended a piece of work: what a timeline is drawn from. */
  | {
      readonly type: 'task';
      readonly task: TaskKind;
      readonly layer: number;
      /** Of the layer's tar, as many as the task was about. */
      readonly bytes: number;
      readonly timing: TaskTiming;
    }
  | { readonly type: 'finished'; readonly summary: BuildSummary };

export interface PlannedLayer {
  /** Bytes of its tar. */
  readonly size: number;
  /** 0 for one that came as a tar. */
  readonly entries: number;
  /** Whether its bytes are still to be hashed; else its digest is known, or proven while it is written. */
  readonly isHashed: boolean;
}

/**
 * `scan` walks a layer's trees, `digest` hashes its bytes, `read` makes them ready for the writer, `write` hands them on;
 * `blob` hashes them and writes them to a file, compressed if so asked, and `compress` helps with that.
 */
export type TaskKind = 'scan' | 'digest' | 'read' | 'write' | 'blob' | 'compress';

export type TaskEvent = Extract<BuildEvent, { type: 'task' }>;

export type LayerScannedEvent = Extract<BuildEvent, { type: 'layer-scanned' }>;

export type BuildListener = (event: BuildEvent) => void;

/** What was built, and what it took. */
export interface BuildSummary {
  readonly imageId: Digest;
  readonly repoTag: string;
  readonly layers: readonly LayerSummary[];
  /** Entries of all scanned layers. */
  readonly entries: number;
  /** Bytes of all layers. */
  readonly bytes: number;
  /** From the call to the end. */
  readonly seconds: number;
  readonly passes: {
    readonly scan: PassSummary;
    readonly digest: PassSummary;
    readonly stream: PassSummary;
    /** Of layers that were written as blobs. */
    readonly blob: PassSummary;
  };
  /** The most memory that the process ever held, in bytes. */
  readonly peakMemory: number;
}

export interface LayerSummary {
  readonly diffId: Digest;
  readonly size: number;
  readonly entries: number;
  readonly paths: readonly string[];
  /** Whether an earlier build had hashed it already, so that this one did not. */
  readonly isKnown: boolean;
}

/** From the begin of a pass's first layer to the end of its last. */
export interface PassSummary {
  readonly bytes: number;
  readonly seconds: number;
}
