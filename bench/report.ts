/** Results as text for a terminal. */
import { formatBytes, formatCount, formatRate } from '../src/format.js';
import { formatSize, formatTime } from './format.js';
import { enoughWorkers, type ModelRow } from './model.js';
import type { Sink } from './pipeline.js';
import {
  type ClosureResult,
  findMeasurement,
  type Measurement,
  type PassResult,
  type TargetResult,
} from './results.js';
import { formatTable, left, right } from './table.js';

const NOT_MEASURED = '–';

const LONGEST_NAME = 40;

const SINK_NAMES: Readonly<Record<Sink, string>> = {
  null: '>/dev/null',
  pipe: '| cat',
  tmpfs: '>tmpfs file',
  none: 'alone',
};

export function formatClosure(result: ClosureResult): string {
  const { name, line, entries, leftOut, passes } = result;
  const runs = result.measurements[0]?.runs.length ?? 0;
  return [
    `${name}: ${line}`,
    `${formatSize(result)}; ${formatCount(entries, 'entry', 'entries')}; ${formatCount(runs, 'run')}`,
    '',
    formatMeasurements(result),
    ...leftOut.map((what) => `Left out: ${what}.`),
    ...(passes === undefined ? [] : ['', ...formatPasses(passes)]),
    '',
  ].join('\n');
}

export function formatTargets(targets: readonly TargetResult[]): string {
  const columns = [left('target'), left('limit'), right('result'), left('met'), left('closure')];
  const rows = targets.map(({ target, limit, result, met, closure }) => {
    const verdict = met === undefined ? NOT_MEASURED : met ? 'yes' : 'no';
    return [target, limit, result ?? 'not measured', verdict, closure ?? NOT_MEASURED];
  });
  return formatTable(columns, rows);
}

function formatMeasurements(result: ClosureResult): string {
  const columns = [
    left('sink'),
    left('contender'),
    right('min'),
    right('median'),
    right('rate'),
    right('CPU'),
    right('memory'),
    right('/ cat'),
    right('reference /'),
  ];
  return formatTable(
    columns,
    result.measurements.map((measurement) => formatMeasurement(measurement, result)),
  );
}

function formatMeasurement(measurement: Measurement, result: ClosureResult): string[] {
  const { sink, contender, seconds, cpuSeconds, peakMemory } = measurement;
  const cat = findMeasurement(result, { role: 'cat', sink })?.seconds.median;
  const reference = findMeasurement(result, { role: 'reference', sink })?.seconds.median;
  // A walk moves no bytes to tell a rate of.
  const moves = contender !== 'walk alone';
  return [
    SINK_NAMES[sink],
    shorten(contender),
    formatTime(seconds.min),
    formatTime(seconds.median),
    moves ? formatRate(result.archiveBytes, seconds.median) : NOT_MEASURED,
    formatTime(cpuSeconds),
    peakMemory === undefined ? NOT_MEASURED : formatBytes(peakMemory),
    cat === undefined ? NOT_MEASURED : (seconds.median / cat).toFixed(2),
    reference === undefined ? NOT_MEASURED : (reference / seconds.median).toFixed(2),
  ];
}

/** A peer is named by its command, which may be long. */
function shorten(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
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
