import type { Span } from '../../ground/timing.js';
import { aboutBuild } from '../about.js';
import type { TaskEvent, TaskKind } from '../events.js';
import type { Recording } from '../recording.js';
import { nameThreads } from '../thread-names.js';
import { giveAdvice } from './advice.js';
import { groupByLayer, readContents } from './contents.js';
import { coarsen, findCriticalPath, shareOut } from './critical-path.js';
import type { Report, ReportLayer, ReportTask, ReportThread } from './model.js';
import { thinWaits } from './thin.js';

/** Steps of the critical path that are kept: finer than any screen. */
const MAX_STEPS = 4000;

/** The report of a finished build. Reads the listings of all its layers. */
export function analyse(recording: Recording): Report {
  const { summary, workers, singlePass, blobs, start, tasks: events } = recording;
  const named = nameThreads(events, { singlePass });
  const tasks = placeTasks(events, { start, threads: new Map(named.map(({ id }, i) => [id, i])) });
  const path = findCriticalPath(tasks);
  const known = summary.layers.filter(({ isKnown }) => isKnown);
  const contents = readContents(recording.scanned);
  const facts = {
    about: aboutBuild(recording),
    names: summary.names,
    imageId: summary.imageId,
    totals: {
      bytes: summary.bytes,
      entries: summary.entries,
      paths: summary.layers.reduce((count, { paths }) => count + paths.length, 0),
      files: contents.files,
      seconds: summary.seconds,
      workers,
      singlePass,
      blobs,
      known: {
        layers: known.length,
        bytes: sum(known, ({ size }) => size),
      },
      peakMemory: summary.peakMemory,
    },
    threads: named.map(
      ({ name }, i): ReportThread => ({
        name,
        busy: sum(
          tasks.filter(({ thread }) => thread === i),
          workOf,
        ),
      }),
    ),
    tasks,
    criticalPath: coarsen(path, MAX_STEPS),
    criticalShares: shareOut(path, tasks),
    layers: summary.layers.map(
      ({ diffId, isKnown, size, entries, paths }, layer): ReportLayer => ({
        diffId,
        isKnown,
        size,
        entries,
        paths: paths.length,
        ...blobOf(recording, layer),
        ...timesOf(tasks.filter((task) => task.layer === layer)),
      }),
    ),
    contents: groupByLayer(contents, summary.layers.length),
    largestPaths: contents.largestPaths,
    largestFiles: contents.largestFiles,
  };
  return {
    ...facts,
    tasks: thinWaits(tasks),
    advice: giveAdvice({ ...facts, fileBytes: contents.fileBytes }),
  };
}

/** The tasks in the order in which they began, with times since the start of the build. */
function placeTasks(
  tasks: readonly TaskEvent[],
  { start, threads }: { start: number; threads: ReadonlyMap<number, number> },
): ReportTask[] {
  const place = <T extends Span>(span: T): T => ({
    ...span,
    start: round(span.start - start),
    end: round(span.end - start),
  });
  return tasks
    .map(({ task: kind, layer, bytes, timing }): ReportTask => {
      const { thread, waits, ...span } = timing;
      return { ...place(span), thread: threads.get(thread) ?? 0, kind, layer, bytes, waits: waits.map(place) };
    })
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

function blobOf({ stored }: Recording, layer: number): Pick<ReportLayer, 'blob'> {
  const blob = stored.get(layer);
  if (blob === undefined) return {};
  const { size, compression, outcome } = blob;
  return { blob: { size, compression, outcome } };
}

function timesOf(tasks: readonly ReportTask[]): Pick<ReportLayer, 'work' | 'waited'> {
  const work: Partial<Record<TaskKind, number>> = {};
  for (const task of tasks) work[task.kind] = round((work[task.kind] ?? 0) + workOf(task));
  return {
    work,
    waited: round(
      sum(
        tasks.filter(({ kind }) => kind === 'write'),
        waitsOf,
      ),
    ),
  };
}

function workOf(task: ReportTask): number {
  return task.end - task.start - waitsOf(task);
}

function waitsOf({ waits }: ReportTask): number {
  return sum(waits, ({ start, end }) => end - start);
}

/** To microseconds: clocks are no finer. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
