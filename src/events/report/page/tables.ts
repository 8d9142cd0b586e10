import { formatBytes } from '../../../ground/format.js';
import type { Report, ReportLayer, SizedPath } from '../model.js';
import { el, section } from './dom.js';
import { formatTime, KIND_NAMES, kindsIn, showPath } from './names.js';
import { type Column, sortableTable } from './sortable-table.js';

interface LayerRow extends ReportLayer {
  readonly index: number;
  readonly largest: string;
}

export function showLayers(report: Report): HTMLElement {
  const { layers, contents, totals } = report;
  const kinds = kindsIn(report);
  const isStreamed = kinds.includes('write');
  const rows = layers.map(
    (layer, index): LayerRow => ({ ...layer, index, largest: contents[index]?.paths[0]?.path ?? '' }),
  );
  const largest = Math.max(...layers.map(({ size }) => size));
  const columns: Column<LayerRow>[] = [
    { title: 'Layer', value: ({ index }) => index + 1, isOrdinal: true },
    { title: 'Size', value: ({ size }) => size, cell: ({ size }) => bar(size, largest), class: 'wide' },
    { title: 'Share', value: ({ size }) => size, cell: ({ size }) => formatPart(size / totals.bytes) },
    { title: 'Entries', value: ({ entries }) => entries, cell: ({ entries }) => entries.toLocaleString('en-US') },
    { title: 'Paths', value: ({ paths }) => paths },
    {
      title: 'Largest path',
      value: ({ largest }) => largest,
      cell: ({ largest }) => showPath(largest),
      class: 'rest cut',
    },
    ...kinds.map(
      (kind): Column<LayerRow> => ({
        title: capitalise(KIND_NAMES[kind]),
        value: ({ work }) => work[kind] ?? -1,
        cell: ({ work }) => (work[kind] === undefined ? '–' : formatTime(work[kind])),
      }),
    ),
    ...(isStreamed ? [WAITED] : []),
    ...(kinds.includes('digest') || kinds.includes('blob') ? [RATE] : []),
    ...(totals.known.layers > 0 ? [KNOWN] : []),
    { title: 'Digest', value: ({ diffId }) => diffId, cell: ({ diffId }) => el('code', { class: 'whole' }, [diffId]) },
  ];
  return section('Layers', [
    el('p', {}, [
      `Seconds of work for each layer${isStreamed ? ', and how long its writing had to wait' : ''}. A click on a header sorts; a click on a digest selects all of it.`,
    ]),
    sortableTable('Layers', columns, rows),
  ]);
}

const WAITED: Column<LayerRow> = {
  title: 'Waited',
  value: ({ waited }) => waited,
  cell: ({ waited }) => formatTime(waited),
};

const RATE: Column<LayerRow> = { title: 'Rate', value: rateOf, cell: (row) => formatRateOf(rateOf(row)) };

const KNOWN: Column<LayerRow> = { title: 'Known', value: ({ isKnown }) => (isKnown ? 'known' : '–') };

export function showLargest(
  items: readonly SizedPath[],
  { title, name }: { title: string; name: string },
): HTMLElement {
  const largest = items[0]?.bytes ?? 0;
  const columns: Column<SizedPath>[] = [
    { title: 'Size', value: ({ bytes }) => bytes, cell: ({ bytes }) => bar(bytes, largest), class: 'wide' },
    { title: name, value: ({ path }) => path, cell: ({ path }) => showPath(path), class: 'rest' },
    { title: 'Layer', value: ({ layer }) => layer + 1, isOrdinal: true },
  ];
  const content = items.length > 0 ? sortableTable(title, columns, items) : el('p', {}, ['There are none.']);
  return section(title, [content]);
}

/** A size, with a bar that compares it to the largest. */
function bar(bytes: number, largest: number): HTMLElement {
  const element = el('span', { class: 'bar' }, [formatBytes(bytes)]);
  element.style.setProperty('--part', `${largest > 0 ? bytes / largest : 0}`);
  return element;
}

/** Bytes per millisecond that were hashed, or made a blob; waits do not count. */
function rateOf({ size, work }: LayerRow): number {
  const time = work.digest ?? work.blob ?? 0;
  return time === 0 ? -1 : size / time;
}

function formatRateOf(rate: number): string {
  return rate < 0 ? '–' : `${Math.round(rate / 1000)} MB/s`;
}

function formatPart(part: number): string {
  if (part > 0 && part < 0.0005) return '< 0.1 %';
  return `${(part * 100).toFixed(1)} %`;
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
