/** What a closure's results come to, in one line. */
import { formatBytes, formatRate } from '../src/ground/format.js';
import { formatTime } from './format.js';
import { type ClosureResult, findMeasurement, type Measurement, secondsBeside } from './results.js';
import { SUBJECTS } from './subjects.js';

/** Below this many seconds the start of a process is most of what is measured, and a multiple says nothing. */
export const LEAST_COMPARED = 0.02;

/** `balanced: 1.15 s, 888 MB/s, 0.9 × cat`. */
export function formatHeadline(result: ClosureResult): string {
  const { name, archiveBytes } = result;
  const ours = mostTelling(result);
  if (ours === undefined) return `${name}: ${formatBytes(archiveBytes)}`;
  const { median } = ours.seconds;
  const parts = [formatTime(median), formatRate(archiveBytes, median), ...comparisons(ours, result)];
  const what = ours.subject === 'streams' ? '' : ` (${ours.contender})`;
  return `${name}: ${parts.join(', ')}${what}`;
}

/** Of what most users run: a stream through a pipe, if it was measured. */
function mostTelling(result: ClosureResult): Measurement | undefined {
  const piped = findMeasurement(result, { subject: 'streams', role: 'ours', sink: 'pipe' });
  const first = SUBJECTS.map((subject) => findMeasurement(result, { subject, role: 'ours' }));
  return piped ?? first.find((found) => found !== undefined);
}

function comparisons(ours: Measurement, result: ClosureResult): string[] {
  const { subject, sink, seconds, beside } = ours;
  if (subject !== 'streams') {
    const others = secondsBeside(result, ours);
    return others === undefined ? [] : [`${(seconds.median / others).toFixed(1)} × ${beside.join(' and ')}`];
  }
  const cat = findMeasurement(result, { subject, sink, role: 'cat' })?.seconds.median ?? 0;
  const reference = findMeasurement(result, { subject, sink, role: 'reference' })?.seconds.median;
  return [
    ...(cat < LEAST_COMPARED ? [] : [`${(seconds.median / cat).toFixed(1)} × cat`]),
    ...(reference === undefined
      ? []
      : [`${(reference / seconds.median).toFixed(1)} times as fast as the reference script`]),
  ];
}
