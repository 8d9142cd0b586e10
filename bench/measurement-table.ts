/** The results of the contenders of one subject, as a table. */
import { formatBytes, formatCount, formatRate } from '../src/ground/format.js';
import { OCI_AGAIN, WALK } from './contenders.js';
import { formatTime } from './format.js';
import { LEAST_COMPARED } from './headline.js';
import type { Sink } from './pipeline.js';
import { type ClosureResult, findMeasurement, type Measurement, secondsBeside } from './results.js';
import type { Subject } from './subjects.js';
import { type Column, formatTable, left, right } from './table.js';

const NOT_MEASURED = '–';

const LONGEST_NAME = 40;

const TITLES: Readonly<Record<Subject, string>> = {
  streams: 'Streams',
  layouts: 'Layouts, in a fresh directory on tmpfs',
  compression: 'Compressed layouts, in a fresh directory on tmpfs',
  second: 'Second builds: digests are known, blobs are there',
};

const SINK_NAMES: Readonly<Record<Sink, string>> = {
  null: '>/dev/null',
  pipe: '| cat',
  tmpfs: '>tmpfs file',
  layout: 'layout',
  none: 'alone',
};

interface TableColumn extends Column {
  readonly cell: (measurement: Measurement, result: ClosureResult) => string;
}

const COMMON: readonly TableColumn[] = [
  { ...left('into'), cell: ({ sink }) => SINK_NAMES[sink] },
  { ...left('command'), cell: ({ contender }) => shorten(contender) },
  { ...right('fastest'), cell: ({ seconds }) => formatTime(seconds.min) },
  { ...right('median'), cell: ({ seconds }) => formatTime(seconds.median) },
  { ...right('rate'), cell: formatMeasuredRate },
  { ...right('CPU time'), cell: ({ cpuSeconds }) => formatTime(cpuSeconds) },
  {
    ...right('peak memory'),
    cell: ({ peakMemory }) => (peakMemory === undefined ? NOT_MEASURED : formatBytes(peakMemory)),
  },
];

const OF_STREAMS: readonly TableColumn[] = [
  ...COMMON,
  { ...right('time, × cat'), cell: formatTimesCat },
  { ...right('speed, × reference'), cell: (ours, result) => formatRatio(other(ours, result, 'reference'), ours) },
];

const OF_OTHERS: readonly TableColumn[] = [...COMMON, { ...left('compared with'), cell: formatBeside }];

/** Lines; none if nothing of the subject was measured. */
export function formatMeasurements(subject: Subject, result: ClosureResult): string[] {
  const measurements = result.measurements.filter((measurement) => measurement.subject === subject);
  const [first] = measurements;
  if (first === undefined) return [];
  const columns = subject === 'streams' ? OF_STREAMS : OF_OTHERS;
  const cells = columns.map(({ cell }) => measurements.map((measurement) => cell(measurement, result)));
  const shown = columns.flatMap((column, i) => (cells[i]?.some(isMeasured) ? { column, cells: cells[i] } : []));
  const rows = measurements.map((_, row) => shown.map((column) => column.cells[row] ?? ''));
  return [
    '',
    `${TITLES[subject]}; ${formatCount(first.runs.length, 'run')}`,
    formatTable(
      shown.map(({ column }) => column),
      rows,
    ),
  ];
}

function isMeasured(cell: string): boolean {
  return cell !== NOT_MEASURED && cell !== '';
}

/** The rate at which the bytes of the archive are moved, if they are. */
function formatMeasuredRate({ contender, seconds }: Measurement, { archiveBytes }: ClosureResult): string {
  return contender === WALK || contender === OCI_AGAIN ? NOT_MEASURED : formatRate(archiveBytes, seconds.median);
}

function other({ sink }: Measurement, result: ClosureResult, role: 'cat' | 'reference'): Measurement | undefined {
  return findMeasurement(result, { subject: 'streams', role, sink });
}

/** Not where cat is over as soon as it has started. */
function formatTimesCat(ours: Measurement, result: ClosureResult): string {
  const cat = other(ours, result, 'cat');
  return cat !== undefined && cat.seconds.median < LEAST_COMPARED ? NOT_MEASURED : formatRatio(ours, cat);
}

function formatRatio(a: Measurement | undefined, b: Measurement | undefined): string {
  return a === undefined || b === undefined ? NOT_MEASURED : (a.seconds.median / b.seconds.median).toFixed(2);
}

function formatBeside(measurement: Measurement, result: ClosureResult): string {
  const { beside, seconds } = measurement;
  const others = secondsBeside(result, measurement);
  return others === undefined ? '' : `${(seconds.median / others).toFixed(2)} × ${beside.join(' + ')}`;
}

/** The name of a peer is its command, which may be long. */
function shorten(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
}
