import type { CriticalShare, Report } from '../model.js';
import { el, section } from './dom.js';
import { formatTime, nameWork } from './names.js';

/** Shares of the critical path that have a line of their own. */
const LISTED = 6;

export function showAdvice({ advice }: Report): HTMLElement {
  const items = advice.map(({ finding, text }) =>
    el('li', {}, [el('h3', {}, [finding]), el('p', {}, text.split('`').map(codeAtOdd))]),
  );
  return section('What would make it faster', [el('ul', { class: 'advice' }, items)]);
}

/** Every second piece was between backticks. */
function codeAtOdd(piece: string, i: number): Node | string {
  return i % 2 === 1 ? el('code', {}, [piece]) : piece;
}

export function showCriticalPath({ criticalShares, totals }: Report): HTMLElement {
  const rest = criticalShares.slice(LISTED).reduce((total, { time }) => total + time, 0);
  const items = criticalShares.slice(0, LISTED).map((share) => ({ name: nameShare(share), time: share.time }));
  if (criticalShares.length > LISTED) items.push({ name: `${criticalShares.length - LISTED} more`, time: rest });
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
