/**
 * What a report shows: plain data, on its way from the build to the page. Layers are counted from 0, bytes are whole,
 * times are milliseconds since the build was called for.
 */
import type { Span, Wait } from '../../ground/timing.js';

/** The events' kinds of task. Told again, since the page's code sees nothing of Node.js, and the events do. */
export type WorkKind = 'scan' | 'digest' | 'read' | 'write' | 'blob' | 'compress';

export interface Report {
  readonly repoTag: string;
  readonly imageId: string;
  readonly totals: Totals;
  readonly advice: readonly Advice[];
  readonly threads: readonly ReportThread[];
  readonly tasks: readonly ReportTask[];
  /** What determined when the build ended: without gaps in order, from its begin to its end. */
  readonly criticalPath: readonly CriticalStep[];
  readonly criticalShares: readonly CriticalShare[];
  readonly layers: readonly ReportLayer[];
  /** The same layers, by what they hold. */
  readonly contents: readonly LayerContents[];
  readonly largestPaths: readonly SizedPath[];
  readonly largestFiles: readonly SizedPath[];
}

export interface Totals {
  /** Of all layers' tars. */
  readonly bytes: number;
  readonly entries: number;
  readonly paths: number;
  readonly files: number;
  readonly seconds: number;
  readonly workers: number;
  readonly singlePass: boolean;
  /** How layers became blobs of their own; undefined where they were streamed. */
  readonly blobs: 'none' | 'gzip' | 'zstd' | undefined;
  /** Layers that earlier builds had hashed, and the bytes of their tars. */
  readonly known: { readonly layers: number; readonly bytes: number };
  readonly peakMemory: number;
}

/** A finding: what was seen, and what may be done about it. */
export interface Advice {
  readonly finding: string;
  readonly text: string;
}

export interface ReportThread {
  readonly name: string;
  /** Milliseconds of work, waits left out. */
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
  /** Index into the report's tasks; without one, nothing that is told of went on. */
  readonly task: number | undefined;
}

/** What one kind of work on one layer took of the critical path; without these, nothing that is told of. */
export interface CriticalShare {
  readonly kind: WorkKind | undefined;
  readonly layer: number | undefined;
  readonly time: number;
}

export interface ReportLayer {
  readonly diffId: string;
  /** Whether an earlier build had hashed it. */
  readonly isKnown: boolean;
  readonly size: number;
  readonly entries: number;
  /** How many store paths. */
  readonly paths: number;
  /** Milliseconds of work, waits left out; none if nobody did it. */
  readonly work: Readonly<Partial<Record<WorkKind, number>>>;
  /** Milliseconds that writing it stood still. */
  readonly waited: number;
}

export interface SizedPath {
  readonly path: string;
  readonly layer: number;
  readonly bytes: number;
}

export interface LayerContents {
  /** The largest, falling. */
  readonly paths: readonly { readonly path: string; readonly bytes: number }[];
  /** The rest. */
  readonly others: { readonly count: number; readonly bytes: number };
}
