import type { Span, Wait } from '../../ground/timing.js';
import { aboutBuild } from '../about.js';
import type { TaskEvent } from '../events.js';
import type { ProgressMark, Recording } from '../recording.js';
import { WORK_NAMES } from '../report/work-names.js';
import { nameThreads } from '../thread-names.js';
import type { CompleteEvent, CounterEvent, MetadataEvent, TraceDocument, TraceEvent } from './trace-event.js';

/** All threads belong to one process. */
const PID = 1;

/** The most store paths that are listed for a task; a layer may have hundreds. */
const MAX_PATHS = 8;

/** The text of a finished build's trace: JSON, an event on a line. */
export function formatTrace(recording: Recording): string {
  const { traceEvents, ...rest } = makeTrace(recording);
  const lines = traceEvents.map((event) => JSON.stringify(event)).join(',\n');
  return `{"traceEvents":[\n${lines}\n],${JSON.stringify(rest).slice(1)}\n`;
}

/** Times count from the first event. */
export function makeTrace(recording: Recording): TraceDocument {
  const { tasks, progress, summary, workers, singlePass, blobs } = recording;
  const { command, conf, begin, ...about } = aboutBuild(recording);
  const start = [...tasks.map(({ timing }) => timing.start), ...progress.map(({ at }) => at)].reduce(
    (first, time) => Math.min(first, time),
    Number.POSITIVE_INFINITY,
  );
  const micros = (time: number): number => Math.round((time - start) * 1000);
  // A counter that stays 0 is left out: nothing is streamed into a layout, and known layers are not hashed.
  const counted = (['hashed', 'written'] as const).filter((name) => progress.some((mark) => mark[name] > 0));
  const paths = summary.layers.map((layer) => listPaths(layer.paths));
  return {
    traceEvents: [
      ...nameAll(tasks, { singlePass }),
      ...tasks.flatMap((task) => [taskEvent(task, paths[task.layer] ?? [], micros), ...waitEvents(task, micros)]),
      ...progress.flatMap((mark) => counterEvents(mark, counted, micros)),
    ],
    displayTimeUnit: 'ms',
    otherData: {
      program: 'layerstream',
      ...about,
      ...(command === undefined ? {} : { command }),
      ...(conf === undefined ? {} : { conf }),
      workers: String(workers),
      singlePass: String(singlePass),
      ...(blobs === undefined ? {} : { compression: blobs }),
      image: summary.imageId,
      tag: summary.names.join(', '),
      begin,
    },
  };
}

function nameAll(tasks: readonly TaskEvent[], how: { readonly singlePass: boolean }): MetadataEvent[] {
  const event = { ph: 'M', pid: PID } as const;
  return [
    { ...event, tid: 0, name: 'process_name', args: { name: 'layerstream' } },
    ...nameThreads(tasks, how).flatMap(({ id: tid, name }, i): MetadataEvent[] => [
      { ...event, tid, name: 'thread_name', args: { name } },
      { ...event, tid, name: 'thread_sort_index', args: { sort_index: i } },
    ]),
  ];
}

function taskEvent(
  { task, layer, bytes, timing }: TaskEvent,
  paths: readonly string[],
  micros: (time: number) => number,
): TraceEvent {
  const working = timing.end - timing.start - timing.waits.reduce((total, wait) => total + wait.end - wait.start, 0);
  // A scan reads no contents, and how much each helper compressed is not known.
  const hasRate = task !== 'scan' && task !== 'compress';
  const rate = working > 0 && hasRate ? Math.round(bytes / working / 100) / 10 : undefined;
  return {
    ...spanEvent(timing, timing.thread, micros),
    name: `${WORK_NAMES[task]} layer ${layer + 1}`,
    cat: WORK_NAMES[task],
    args: { layer: layer + 1, ...(task === 'scan' ? {} : { bytes }), 'MB/s': rate, paths },
  };
}

/** Waits stay within their task, since both are rounded alike. */
function waitEvents({ layer, timing }: TaskEvent, micros: (time: number) => number): TraceEvent[] {
  return timing.waits.map((wait: Wait) => ({
    ...spanEvent(wait, timing.thread, micros),
    name: `waits for ${wait.for}`,
    cat: 'wait',
    args: { layer: layer + 1 },
  }));
}

function spanEvent(
  { start, end }: Span,
  tid: number,
  micros: (time: number) => number,
): Pick<CompleteEvent, 'ph' | 'pid' | 'tid' | 'ts' | 'dur'> {
  return { ph: 'X', pid: PID, tid, ts: micros(start), dur: micros(end) - micros(start) };
}

function counterEvents(
  mark: ProgressMark,
  counted: readonly ('hashed' | 'written')[],
  micros: (time: number) => number,
): CounterEvent[] {
  return counted.map((name) => ({
    ph: 'C',
    pid: PID,
    tid: 0,
    name,
    ts: micros(mark.at),
    args: { bytes: mark[name] },
  }));
}

function listPaths(paths: readonly string[]): string[] {
  const more = paths.length - MAX_PATHS;
  return more > 1 ? [...paths.slice(0, MAX_PATHS), `and ${more} more`] : [...paths];
}
