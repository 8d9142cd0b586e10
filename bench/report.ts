/** Results as text for a terminal. */
import { formatCount, formatRate } from '../src/ground/format.js';
import { formatSize, formatTime } from './format.js';
import { formatMeasurements } from './measurement-table.js';
import { enoughWorkers, type ModelRow } from './model.js';
import type { ClosureResult, PassResult, TargetResult } from './results.js';
import { SUBJECTS } from './subjects.js';
import { formatTable, left, right } from './table.js';

const NOT_MEASURED = '–';

export function formatClosure(result: ClosureResult): string {
  const { name, line, entries, leftOut, passes } = result;
  return [
    `${name}: ${line}`,
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

export function formatTargets(targets: readonly TargetResult[]): string {
  const columns = [left('target'), left('limit'), right('result'), left('met'), left('closure')];
  const rows = targets.map(({ target, limit, result, met, closure }) => {
    const verdict = met === undefined ? NOT_MEASURED : met ? 'yes' : 'no';
    return [target, limit, result ?? 'not measured', verdict, closure ?? NOT_MEASURED];
  });
  return formatTable(columns, rows);
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
  const columns = [right('workers'), right('digest pass, min'), right('median'), right('times 1 worker')];
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
    right('times 1 worker'),
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
