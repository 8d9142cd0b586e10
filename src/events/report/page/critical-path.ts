import type { CriticalShare, Report } from '../model.js';
import { el, section } from './dom.js';
import { formatTime, nameWork } from './names.js';

/** Shares that are told each for itself. */
const TOLD = 6;

export function showCriticalPath({ criticalShares, totals }: Report): HTMLElement {
  const rest = criticalShares.slice(TOLD).reduce((total, { time }) => total + time, 0);
  const items = criticalShares.slice(0, TOLD).map((share) => ({ name: nameShare(share), time: share.time }));
  if (criticalShares.length > TOLD) items.push({ name: `${criticalShares.length - TOLD} more`, time: rest });
  const rows = items.map(({ name, time }) =>
    el('li', {}, [
      el('span', {}, [name]),
      el('span', { class: 'number' }, [formatTime(time)]),
      el('span', { class: 'number' }, [`${Math.round(time / 10 / totals.seconds)} %`]),
    ]),
  );
  return section('The critical path', [
    el('p', {}, ['The chain of work that decided when the build ended. Only what shortens it makes the build faster.']),
    el('ol', { class: 'shares' }, rows),
  ]);
}

function nameShare({ kind, layer }: CriticalShare): string {
  return kind === undefined || layer === undefined ? 'start, end, and between tasks' : nameWork(kind, layer);
}
