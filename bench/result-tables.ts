/** Results as parts of documents. A part is between two comments, and is rewritten from the results. */
import { formatBytes, formatCount } from '../src/ground/format.js';
import { WALK } from './contenders.js';
import { formatSize, formatTime } from './format.js';
import type { Sink } from './pipeline.js';
import { type ClosureResult, findMeasurement, type Measurement, type Results, secondsBeside } from './results.js';
import { DEFAULT_VARIANT, SINGLE_PASS } from './streams.js';

/** The results of such a file of `bench/results`. */
export type ReadResults = (file: string) => Results;

const PART = /(<!-- results: (\w+) (.*?) -->\n)(?:.*?\n)??(<!-- end of results -->)/gs;

const NOT_MEASURED = '–';

/** The columns of the table of many closures. */
const OVERVIEW: readonly { readonly title: string; readonly contender: string; readonly sink: Sink }[] = [
  { title: '`cat`', contender: 'cat of the archive', sink: 'pipe' },
  { title: '`layerstream`', contender: DEFAULT_VARIANT, sink: 'pipe' },
  { title: '`--single-pass`', contender: SINGLE_PASS, sink: 'pipe' },
  { title: 'SHA-256', contender: 'SHA-256 alone', sink: 'none' },
  { title: 'reading', contender: 'read alone', sink: 'none' },
  { title: 'walking', contender: WALK, sink: 'none' },
];

type Part = (results: readonly Results[]) => string;

const PARTS: Readonly<Record<string, Part>> = { sentence, closures, streams, passes, beside, overview };

/** The document with all its parts as the results have them. @throws {Error} for a part of an unknown kind */
export function fillResults(document: string, read: ReadResults): string {
  return document.replace(PART, (_part, begin: string, kind: string, files: string, end: string) => {
    const part = PARTS[kind];
    if (part === undefined) throw new Error(`a document asks for ${kind}, which there is not`);
    return `${begin}${part(files.split(' ').map(read))}\n${end}`;
  });
}

/** What an image takes through a pipe, and what others take. */
function sentence(results: readonly Results[]): string {
  const [first] = results;
  const [closure] = first?.closures ?? [];
  if (first === undefined || closure === undefined) return '';
  const time = (role: Measurement['role']): string => {
    const found = findMeasurement(closure, { subject: 'streams', role, sink: 'pipe' });
    return found === undefined ? NOT_MEASURED : formatTime(found.seconds.median);
  };
  const image = `${formatBytes(closure.archiveBytes)} in ${formatCount(closure.layers, 'layer')}`;
  const ours = `An image of ${image} takes ${time('ours')} through a pipe, on ${first.machine.cores} cores.`;
  return `${ours} nixpkgs' Python script takes ${time('reference')}, and \`cat\` of the finished archive ${time('cat')}.`;
}

/** What was measured, when, and on what machine. */
function closures(results: readonly Results[]): string {
  const rows = results.flatMap(({ machine, date, closures }) =>
    closures.map((closure) => [
      `\`${closure.name}\``,
      `${formatSize(closure)}, ${formatCount(closure.entries, 'entry', 'entries')}`,
      `${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node.slice(1)}`,
      date.slice(0, 10),
    ]),
  );
  return markdownTable(['closure', 'image', 'machine', 'date'], rows);
}

/** A row for each contender, and a column for each closure and sink. */
function streams(results: readonly Results[]): string {
  const columns = closuresOf(results).flatMap((closure) =>
    (['pipe', 'null'] as const).map((sink) => ({ closure, sink })),
  );
  const names = new Set(
    closuresOf(results).flatMap(({ measurements }) =>
      measurements.flatMap(({ subject, sink, contender }) =>
        subject === 'streams' && (sink === 'pipe' || sink === 'null') ? contender : [],
      ),
    ),
  );
  const titles = columns.map(
    ({ closure, sink }) => `${closure.name}, ${sink === 'pipe' ? '`\\| cat`' : '`/dev/null`'}`,
  );
  const rows = [...names].map((contender) => [
    contender,
    ...columns.map(({ closure, sink }) => median(closure, { contender, sink })),
  ]);
  return markdownTable(['', ...titles], rows);
}

/** What the passes take by themselves, and the memory and the main thread's time. */
function passes(results: readonly Results[]): string {
  const rows = closuresOf(results).flatMap((closure) => {
    if (closure.passes === undefined || closure.passes.scaling.length === 0) return [];
    const { scaling, mainThreadSecondsPerGb } = closure.passes;
    const [one, last] = [scaling[0], scaling.at(-1)];
    const ours = closure.measurements.filter(({ subject, role }) => subject === 'streams' && role === 'ours');
    const memory = Math.max(...ours.map(({ peakMemory }) => peakMemory ?? 0));
    return [
      [
        `\`${closure.name}\``,
        one === undefined ? NOT_MEASURED : formatTime(one.seconds.median),
        last === undefined ? NOT_MEASURED : `${formatTime(last.seconds.median)} with ${last.workers}`,
        formatBytes(memory),
        formatTime(mainThreadSecondsPerGb),
      ],
    ];
  });
  const titles = ['closure', 'hashing, 1 worker', 'more workers', 'peak memory', 'main thread, CPU time for each GB'];
  return markdownTable(titles, rows);
}

/** What layouts and second builds take, next to the contenders that they are compared with. */
function beside(results: readonly Results[]): string {
  const rows = closuresOf(results).flatMap((closure) =>
    closure.measurements
      .filter(({ subject, role }) => subject !== 'streams' && role === 'ours')
      .map((ours) => [
        `\`${closure.name}\``,
        ours.contender,
        formatTime(ours.seconds.median),
        formatBeside(closure, ours),
        ours.peakMemory === undefined ? NOT_MEASURED : formatBytes(ours.peakMemory),
      ]),
  );
  return markdownTable(['closure', 'what', 'time', 'next to it', 'peak memory'], rows);
}

/** A row for each closure. */
function overview(results: readonly Results[]): string {
  const rows = closuresOf(results).map((closure) => [
    `\`${closure.name}\``,
    ...OVERVIEW.map((column) => median(closure, column)),
  ]);
  return markdownTable(['closure', ...OVERVIEW.map(({ title }) => title)], rows);
}

function closuresOf(results: readonly Results[]): ClosureResult[] {
  return results.flatMap(({ closures }) => closures);
}

function median(
  closure: ClosureResult,
  { contender, sink }: { readonly contender: string; readonly sink: Sink },
): string {
  const found = findMeasurement(closure, { subject: 'streams', contender, sink });
  return found === undefined ? NOT_MEASURED : formatTime(found.seconds.median);
}

function formatBeside(closure: ClosureResult, ours: Measurement): string {
  const total = secondsBeside(closure, ours);
  if (total === undefined) return NOT_MEASURED;
  const parts = ours.beside.map((contender) => {
    const found = findMeasurement(closure, { subject: ours.subject, contender });
    return `${contender} ${found === undefined ? NOT_MEASURED : formatTime(found.seconds.median)}`;
  });
  return `${parts.join(', ')} (${(ours.seconds.median / total).toFixed(2)} ×)`;
}

function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
