import type { Wait } from '../../ground/timing.js';
import type { CriticalShare, CriticalStep, ReportTask, WorkKind } from './model.js';

/** Milliseconds by which clocks and messages of two threads may differ. */
const TOLERANCE = 2;

/**
 * The chain of work that determined when the build ended, in order. It is followed backwards from the task that ended
 * last. From a task that waited, it goes to the task it waited for; from one that did not, to the one that ended last
 * among those that had to end before it could begin.
 */
export function findCriticalPath(tasks: readonly ReportTask[]): CriticalStep[] {
  const steps: CriticalStep[] = [];
  let task = lastOf(
    tasks.map((_, i) => i),
    tasks,
  );
  let time = task === undefined ? 0 : (tasks[task]?.end ?? 0);
  // A bound on the steps: clocks that disagree could make it go round for ever.
  let left = 4 * tasks.reduce((count, { waits }) => count + 1 + waits.length, 0);
  while (task !== undefined && time > 0 && left-- > 0) {
    const current = tasks[task];
    if (current === undefined) break;
    const wait = lastWait(current, time);
    const begin = Math.min(time, wait?.end ?? current.start);
    if (begin < time) steps.push({ task, start: begin, end: time });
    time = begin;
    const next = wait === undefined ? predecessor(current, tasks) : awaited(current, wait, tasks);
    if (next === undefined) {
      if (wait === undefined) break;
      // It is not known which task was waited for.
      steps.push({ task: undefined, start: wait.start, end: time });
      time = wait.start;
      continue;
    }
    const end = Math.min(time, tasks[next]?.end ?? 0);
    if (end < time) steps.push({ task: undefined, start: end, end: time });
    time = end;
    task = next;
  }
  if (time > 0) steps.push({ task: undefined, start: 0, end: time });
  return joined(steps.reverse());
}

/** How much of the path each kind of work on each layer took, the largest share first. */
export function shareOut(path: readonly CriticalStep[], tasks: readonly ReportTask[]): CriticalShare[] {
  const shares = new Map<string, CriticalShare>();
  for (const { task, start, end } of path) {
    const { kind, layer } = (task === undefined ? undefined : tasks[task]) ?? { kind: undefined, layer: undefined };
    const key = `${kind} ${layer}`;
    shares.set(key, { kind, layer, time: (shares.get(key)?.time ?? 0) + end - start });
  }
  return [...shares.values()].sort((a, b) => b.time - a.time);
}

/** The path in at most `count` steps, to be drawn: each stretch of time shows what took most of it. */
export function coarsen(path: readonly CriticalStep[], count: number): CriticalStep[] {
  const end = path.at(-1)?.end ?? 0;
  if (path.length <= count) return [...path];
  const stretches: Map<number | undefined, number>[] = Array.from({ length: count }, () => new Map());
  const at = (i: number): number => (i * end) / count;
  for (const step of path) {
    for (let i = Math.floor((step.start / end) * count); i < count && at(i) < step.end; i++) {
      const part = Math.min(step.end, at(i + 1)) - Math.max(step.start, at(i));
      const stretch = stretches[i];
      stretch?.set(step.task, (stretch.get(step.task) ?? 0) + part);
    }
  }
  return joined(
    stretches.map((stretch, i) => {
      const [task] = [...stretch].reduce<[number | undefined, number]>((a, b) => (b[1] > a[1] ? b : a), [undefined, 0]);
      return { task, start: at(i), end: at(i + 1) };
    }),
  );
}

/** The last wait that was over at a time. */
function lastWait(task: ReportTask, time: number): Wait | undefined {
  return task.waits.findLast((wait) => wait.end <= time && wait.start < time);
}

/** The task that a task waited for, if there is one. */
function awaited(task: ReportTask, wait: Wait, tasks: readonly ReportTask[]): number | undefined {
  const kinds = awaitedKinds(task.kind, wait.for);
  const candidates = tasks.flatMap((other, i) => {
    // Blobs beside a stream are written one after the other: a layer may have to wait for that of another.
    const isOfLayer = other.layer === task.layer || wait.for === 'blob';
    if (other === task || !kinds.some((kind) => kind === other.kind) || !isOfLayer) return [];
    // A digest is there when its task ends; bytes and room come while their task goes on.
    const isIt = wait.for === 'digest' ? other.end <= wait.end + TOLERANCE : other.start < wait.end;
    return isIt && other.end > wait.start ? [i] : [];
  });
  return lastOf(candidates, tasks);
}

function awaitedKinds(waiting: WorkKind, reason: Wait['for']): readonly WorkKind[] {
  switch (reason) {
    case 'digest':
      return ['digest'];
    case 'blob':
      return ['blob'];
    case 'room':
      // A thread that reads ahead for a digest gets room from it, not from the writing of the layer.
      return ['write', 'digest'];
    case 'bytes':
      // The lead of a blob waits for what its helpers compress, and they wait for what it reads.
      if (waiting === 'blob') return ['compress'];
      return waiting === 'compress' ? ['blob'] : ['read'];
  }
}

/**
 * The task that ended last among those that had to end before a task could begin: earlier work of its thread, and
 * scans. If the layer is streamed, only its own scan counts, otherwise all do.
 */
function predecessor(task: ReportTask, tasks: readonly ReportTask[]): number | undefined {
  const candidates = tasks.flatMap((other, i) => {
    const isBefore = other !== task && other.end <= task.start + TOLERANCE && other.start < task.start;
    const holdsBack =
      other.thread === task.thread ||
      (other.kind === 'scan' && task.kind !== 'scan' && (!isStreamed(task) || other.layer === task.layer)) ||
      (other.kind === 'digest' && task.kind === 'read' && other.layer === task.layer);
    return isBefore && holdsBack ? [i] : [];
  });
  return lastOf(candidates, tasks);
}

function isStreamed({ kind }: ReportTask): boolean {
  return kind === 'read' || kind === 'write';
}

function lastOf(candidates: readonly number[], tasks: readonly ReportTask[]): number | undefined {
  const end = (i: number): number => tasks[i]?.end ?? 0;
  return candidates.reduce<number | undefined>(
    (last, i) => (last === undefined || end(i) > end(last) ? i : last),
    undefined,
  );
}

/** Joins steps of one task that follow each other. */
function joined(steps: readonly CriticalStep[]): CriticalStep[] {
  const result: CriticalStep[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    if (last !== undefined && last.task === step.task) result[result.length - 1] = { ...last, end: step.end };
    else result.push(step);
  }
  return result;
}
