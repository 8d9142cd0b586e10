/**
 * What a report shows: plain data that the build makes and the page draws. Layers are counted from 0, bytes are whole,
 * times are milliseconds since the build was called.
 */
import type { CompressionKind } from '../../compression/kind.js';
import type { Span, Wait } from '../../ground/timing.js';

/** The same as `TaskKind` of the events, whose file the page cannot import: it uses types of Node.js. */
export type WorkKind = 'scan' | 'digest' | 'read' | 'write' | 'blob' | 'compress';

export interface Report {
  readonly about: ReportAbout;
  readonly names: readonly string[];
  readonly imageId: string;
  readonly totals: Totals;
  readonly advice: readonly Advice[];
  readonly threads: readonly ReportThread[];
  readonly tasks: readonly ReportTask[];
  /** The work that determined when the build ended: in order, without gaps, from its start to its end. */
  readonly criticalPath: readonly CriticalStep[];
  readonly criticalShares: readonly CriticalShare[];
  readonly layers: readonly ReportLayer[];
  /** What each of the layers holds. */
  readonly contents: readonly LayerContents[];
  readonly largestPaths: readonly SizedPath[];
  readonly largestFiles: readonly SizedPath[];
}

/** The same as `BuildAbout`, whose file the page cannot import: it uses types of Node.js. */
export interface ReportAbout {
  readonly version: string;
  readonly node: string;
  readonly system: string;
  readonly host: string;
  /** When the build was called, in ISO 8601. */
  readonly begin: string;
  readonly command: string | undefined;
  readonly conf: string | undefined;
}

export interface Totals {
  /** Bytes of the tars of all layers. */
  readonly bytes: number;
  readonly entries: number;
  readonly paths: number;
  readonly files: number;
  readonly seconds: number;
  readonly workers: number;
  readonly singlePass: boolean;
  /** How the blobs of layers were compressed; undefined if layers were streamed. */
  readonly blobs: CompressionKind | undefined;
  /** Layers that earlier builds hashed, and the bytes of their tars. */
  readonly known: { readonly layers: number; readonly bytes: number };
  readonly peakMemory: number;
}

/** A finding, and what can be done about it. */
export interface Advice {
  readonly finding: string;
  readonly text: string;
}

export interface ReportThread {
  readonly name: string;
  /** Milliseconds of work, without waits. */
  readonly busy: number;
}

export interface ReportTask extends Span {
  /** Index into the report's threads. */
  readonly thread: number;
  readonly kind: WorkKind;
  readonly layer: number;
  readonly bytes: number;
  readonly waits: readonly Wait[];
}

export interface CriticalStep extends Span {
  /** Index into the report's tasks; undefined if no task went on. */
  readonly task: number | undefined;
}

/** The part of the critical path that one kind of work on one layer took; both are undefined for no task. */
export interface CriticalShare {
  readonly kind: WorkKind | undefined;
  readonly layer: number | undefined;
  readonly time: number;
}

export interface ReportLayer {
  readonly diffId: string;
  /** Whether an earlier build hashed it. */
  readonly isKnown: boolean;
  readonly size: number;
  readonly entries: number;
  /** Number of store paths. */
  readonly paths: number;
  /** As it is in a layout; left out if the image was only streamed. */
  readonly blob?: ReportBlob;
  /** Milliseconds of work, without waits; a kind is left out if there was no such task. */
  readonly work: Readonly<Partial<Record<WorkKind, number>>>;
  /** Milliseconds that writing it had to wait. */
  readonly waited: number;
}

export interface ReportBlob {
  readonly size: number;
  readonly compression: CompressionKind;
  /** Whether this build wrote it, or found it there. */
  readonly outcome: 'written' | 'reused';
}

export interface SizedPath {
  readonly path: string;
  readonly layer: number;
  readonly bytes: number;
}

export interface LayerContents {
  /** The largest store paths, the largest first. */
  readonly paths: readonly { readonly path: string; readonly bytes: number }[];
  /** All others together. */
  readonly others: { readonly count: number; readonly bytes: number };
}
