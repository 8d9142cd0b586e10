/** Results as text for a terminal. */
import { formatCount, formatRate } from '../src/ground/format.js';
import { formatSize, formatTime } from './format.js';
import { formatHeadline } from './headline.js';
import { formatMeasurements } from './measurement-table.js';
import { enoughWorkers, type ModelRow } from './model.js';
import type { ClosureResult, PassResult, TargetResult } from './results.js';
import { SUBJECTS } from './subjects.js';
import { formatTable, left, right } from './table.js';

export function formatClosure(result: ClosureResult): string {
  const { line, entries, leftOut, passes } = result;
  return [
    formatHeadline(result),
    '',
    line,
    `${formatSize(result)}; ${formatCount(entries, 'entry', 'entries')}`,
    ...SUBJECTS.flatMap((subject) => formatMeasurements(subject, result)),
    ...apart(leftOut.map((what) => `Left out: ${what}.`)),
    ...apart(passes === undefined ? [] : formatPasses(passes)),
    '',
  ].join('\n');
}

/** The lines with an empty one before them, if there are any. */
function apart(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

/** What was measured, and what it means where a target is missed; empty if no target was measured. */
export function formatTargets(targets: readonly TargetResult[]): string {
  const measured = targets.filter(({ met }) => met !== undefined);
  if (measured.length === 0) return '';
  const columns = [left('target'), left('limit'), right('result'), left('met'), left('closure')];
  const rows = measured.map(({ target, limit, result = '', met, closure = '' }) => {
    return [target, limit, result, met === true ? 'yes' : 'no', closure];
  });
  const missed = measured.filter(({ met }) => met === false);
  return [formatTable(columns, rows), ...missed.flatMap(formatMissed)].join('\n');
}

function formatMissed({ target, closure, result, limit, ifMissed }: TargetResult): string[] {
  return ['', `Missed by ${closure}: ${target}: ${result}, ${limit} is the target.`, `  ${ifMissed}`];
}

function formatPasses({ streamRate, mainThreadSecondsPerGb, scaling, model }: PassResult): string[] {
  const enough = enoughWorkers(model);
  const mainThread = `${formatTime(mainThreadSecondsPerGb)} of the main thread's CPU time for each GB`;
  return [
    `Stream pass by itself: ${formatRate(streamRate, 1)}, ${mainThread}.`,
    ...(scaling.length === 0 ? [] : ['', formatScaling(scaling)]),
    '',
    formatModel(model),
    ...(enough === undefined
      ? []
      : [`Enough by this model: ${formatCount(enough, 'worker')}; more would gain less than 1 %.`]),
  ];
}

function formatScaling(scaling: PassResult['scaling']): string {
  const one = scaling[0]?.seconds.median ?? Number.NaN;
  const columns = [right('workers'), right('digest pass, fastest'), right('median'), right('speed, × 1 worker')];
  const rows = scaling.map(({ workers, seconds }) => [
    `${workers}`,
    formatTime(seconds.min),
    formatTime(seconds.median),
    (one / seconds.median).toFixed(2),
  ]);
  return formatTable(columns, rows);
}

function formatModel(rows: readonly ModelRow[]): string {
  const columns = [
    right('workers (model)'),
    right('scan'),
    right('digest pass'),
    right('at least'),
    right('whole'),
    right('at least'),
    right('speed, × 1 worker'),
  ];
  const one = rows[0]?.wholeSeconds ?? Number.NaN;
  const shown = rows.filter(({ workers }) => Number.isInteger(Math.log2(workers)));
  const cells = shown.map((row) => [
    `${row.workers}`,
    formatTime(row.scanSeconds),
    formatTime(row.digestSeconds),
    formatTime(row.digestBound),
    formatTime(row.wholeSeconds),
    formatTime(row.wholeBound),
    (one / row.wholeSeconds).toFixed(2),
  ]);
  return formatTable(columns, cells);
}
