import { formatBytes, formatRate, formatSeconds } from '../../../ground/format.js';
import type { Report } from '../model.js';
import { el } from './dom.js';

export function showHeader({ names, imageId, totals, layers }: Report): HTMLElement {
  const numbers = {
    Time: formatSeconds(totals.seconds),
    Size: formatBytes(totals.bytes),
    Rate: formatRate(totals.bytes, totals.seconds),
    Layers: layers.length.toLocaleString('en-US'),
    'Store paths': totals.paths.toLocaleString('en-US'),
    Files: totals.files.toLocaleString('en-US'),
    ...(totals.known.layers > 0 ? { 'Known before': formatBytes(totals.known.bytes) } : {}),
    Workers: `${totals.workers}`,
    'Peak memory': formatBytes(totals.peakMemory),
  };
  return el('header', {}, [
    el('h1', {}, [names.join(', ')]),
    el('p', { class: 'image-id' }, ['Image ', el('code', { class: 'whole' }, [imageId])]),
    el(
      'dl',
      { class: 'numbers' },
      Object.entries(numbers).map(([name, value]) => el('div', {}, [el('dt', {}, [name]), el('dd', {}, [value])])),
    ),
  ]);
}
