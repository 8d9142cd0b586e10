/**
 * The Trace Event Format, as Perfetto and chrome://tracing read it ("Trace Event Format", the Chromium project,
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU): the part of it that is used here.
 */

export type TraceEvent = CompleteEvent | CounterEvent | MetadataEvent;

interface AnyEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
}

/** Work with a start and an end ("Complete Events"). The events of one thread nest, or do not overlap. */
export interface CompleteEvent extends AnyEvent {
  readonly ph: 'X';
  readonly cat: string;
  /** Microseconds. */
  readonly ts: number;
  /** Microseconds. */
  readonly dur: number;
  readonly args: SpanArgs;
}

/** Details of a task or wait; the format does not define them. */
export interface SpanArgs {
  /** Counted from 1. */
  readonly layer: number;
  readonly bytes?: number | undefined;
  readonly 'MB/s'?: number | undefined;
  readonly paths?: readonly string[];
}

/** Values at a point in time ("Counter Events"). */
export interface CounterEvent extends AnyEvent {
  readonly ph: 'C';
  /** Microseconds. */
  readonly ts: number;
  readonly args: Readonly<Record<string, number>>;
}

/** Names and order of process and threads ("Metadata Events"). */
export interface MetadataEvent extends AnyEvent {
  readonly ph: 'M';
  readonly name: 'process_name' | 'thread_name' | 'thread_sort_index';
  readonly args: { readonly name: string } | { readonly sort_index: number };
}

/** The format's object form ("JSON Object Format"). */
export interface TraceDocument {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms' | 'ns';
  readonly otherData: Readonly<Record<string, string>>;
}
