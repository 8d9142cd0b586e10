import { formatBytes, formatRate, formatSeconds } from '../../../ground/format.js';
import type { Report, ReportLayer } from '../model.js';
import { el } from './dom.js';
import { isNew } from './names.js';

export function showHeader(report: Report): HTMLElement {
  const { names, imageId, about } = report;
  return el('header', {}, [
    el('h1', {}, [names.join(', ')]),
    el('p', { class: 'image-id' }, ['Image ', el('code', { class: 'whole' }, [imageId])]),
    el('p', { class: 'about' }, [
      `Built ${about.begin.slice(0, 16).replace('T', ' ')} UTC on ${about.host} (${about.system}) with layerstream ${about.version}, Node.js ${about.node}`,
      ...(about.conf === undefined ? [] : [`, from ${about.conf}`]),
      '.',
    ]),
    ...(about.command === undefined
      ? []
      : [el('p', { class: 'about' }, [el('code', { class: 'command' }, [about.command])])]),
    el(
      'dl',
      { class: 'numbers' },
      Object.entries(numbersOf(report)).map(([name, value]) =>
        el('div', {}, [el('dt', {}, [name]), el('dd', {}, [keepUnits(value)])]),
      ),
    ),
  ]);
}

function numbersOf({ totals, layers }: Report): Record<string, string> {
  const blobs = layers.flatMap(({ blob }) => blob ?? []);
  const isCompressed = blobs.some(({ compression }) => compression !== 'none');
  // What was there in a layout is not written again.
  const isStreamed = totals.blobs === undefined;
  const fresh = layers.filter(isNew);
  return {
    Time: formatSeconds(totals.seconds),
    Size: formatBytes(totals.bytes),
    ...(isCompressed ? { Compressed: formatBytes(sum(blobs, ({ size }) => size)) } : {}),
    ...(isStreamed ? { Rate: formatRate(totals.bytes, totals.seconds) } : {}),
    Layers: layers.length.toLocaleString('en-US'),
    'New layers': formatNew(fresh, layers),
    'Store paths': totals.paths.toLocaleString('en-US'),
    Files: totals.files.toLocaleString('en-US'),
    Workers: `${totals.workers}`,
    'Peak memory': formatBytes(totals.peakMemory),
  };
}

function formatNew(fresh: readonly ReportLayer[], layers: readonly ReportLayer[]): string {
  if (fresh.length === 0) return 'none';
  return fresh.length === layers.length ? 'all' : `${fresh.length} (${formatBytes(sum(fresh, writtenSize))})`;
}

/** A number and its unit stay in one line. */
function keepUnits(value: string): string {
  return value.replace(/(?<=\d) (?=[a-z])/gi, '\u00a0');
}

function writtenSize({ blob, size }: ReportLayer): number {
  return blob?.size ?? size;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
