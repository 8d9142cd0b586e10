import type { Wait } from '../../ground/timing.js';
import type { ReportTask } from './model.js';

/** Waits that a page can show. If the reader of the archive is slow, there is one for each chunk. */
const MAX_WAITS = 20_000;

/** The same tasks, to be drawn: if there are too many waits, those too close to tell apart are joined. */
export function thinWaits(tasks: readonly ReportTask[], maxWaits = MAX_WAITS): ReportTask[] {
  const count = tasks.reduce((total, { waits }) => total + waits.length, 0);
  if (count <= maxWaits) return [...tasks];
  const end = tasks.reduce((last, task) => Math.max(last, task.end), 0);
  return tasks.map((task) => ({ ...task, waits: join(task.waits, end / maxWaits) }));
}

function join(waits: readonly Wait[], finest: number): Wait[] {
  const result: Wait[] = [];
  for (const wait of waits) {
    const last = result.at(-1);
    const isNear = last?.for === wait.for && wait.start - last.end < finest;
    if (isNear) result[result.length - 1] = { ...last, end: wait.end };
    else result.push(wait);
  }
  return result;
}
