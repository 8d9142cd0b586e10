import { formatBytes } from '../../../ground/format.js';
import type { Report, ReportLayer, SizedPath } from '../model.js';
import { WORK_NAMES } from '../work-names.js';
import { el, section } from './dom.js';
import { formatTime, isNew, kindsIn, showPath } from './names.js';
import { type Column, sortableTable } from './sortable-table.js';

/** Hex digits of a diffID that are shown. */
const SHORT_DIGEST = 12;

interface LayerRow extends ReportLayer {
  readonly index: number;
  readonly largest: string;
}

export function showLayers(report: Report): HTMLElement {
  const { layers, contents } = report;
  const kinds = kindsIn(report);
  const isStreamed = kinds.includes('write');
  const isCompressed = layers.some(({ blob }) => blob !== undefined && blob.compression !== 'none');
  const rows = layers.map(
    (layer, index): LayerRow => ({ ...layer, index, largest: contents[index]?.paths[0]?.path ?? '' }),
  );
  const largest = Math.max(...layers.map(({ size }) => size));
  const columns: Column<LayerRow>[] = [
    { title: 'Layer', value: ({ index }) => index + 1, isOrdinal: true },
    { title: 'Size', value: ({ size }) => size, cell: ({ size }) => bar(size, largest), class: 'wide' },
    ...(isCompressed ? [COMPRESSED] : []),
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
        title: capitalise(WORK_NAMES[kind]),
        value: ({ work }) => work[kind] ?? -1,
        cell: ({ work }) => (work[kind] === undefined ? '–' : formatTime(work[kind])),
      }),
    ),
    ...(isStreamed ? [WAITED] : []),
    ...(kinds.includes('digest') || kinds.includes('blob') ? [RATE] : []),
    {
      title: 'State',
      value: (row) => (isNew(row) ? 'new' : row.blob === undefined ? 'known' : 'reused'),
      cell: (row) => (isNew(row) ? el('strong', {}, ['new']) : row.blob === undefined ? 'known' : 'reused'),
    },
    { title: 'DiffID', value: ({ diffId }) => diffId, cell: showDigest },
  ];
  return section('Layers', [
    el('p', {}, [
      `Time of work for each layer${isStreamed ? ', and how long its writing had to wait' : ''}. A click on a header sorts; a click on a diffID selects all of it.`,
    ]),
    sortableTable({ label: 'Layers', sortedBy: 'Size', hasCards: true }, columns, rows),
  ]);
}

const WAITED: Column<LayerRow> = {
  title: 'Waited',
  value: ({ waited }) => waited,
  cell: ({ waited }) => (waited === 0 ? '–' : formatTime(waited)),
};

const RATE: Column<LayerRow> = { title: 'Rate', value: rateOf, cell: (row) => formatRateOf(rateOf(row)) };

const COMPRESSED: Column<LayerRow> = {
  title: 'Compressed',
  value: ({ blob }) => blob?.size ?? -1,
  cell: ({ blob }) => (blob === undefined ? '–' : formatBytes(blob.size)),
};

/** The start of it; a copy is whole. */
function showDigest({ diffId }: LayerRow): HTMLElement {
  const hex = diffId.replace(/^sha256:/, '');
  return el('code', { class: 'whole', title: diffId }, [
    el('span', { class: 'unseen' }, ['sha256:']),
    hex.slice(0, SHORT_DIGEST),
    el('span', { class: 'unseen' }, [hex.slice(SHORT_DIGEST)]),
  ]);
}

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
  const content =
    items.length > 0
      ? sortableTable({ label: title, sortedBy: 'Size' }, columns, items)
      : el('p', {}, ['There are none.']);
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

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
