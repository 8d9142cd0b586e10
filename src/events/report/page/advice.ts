import type { Report } from '../model.js';
import { el, section } from './dom.js';

export function showAdvice({ advice }: Report): HTMLElement {
  const items = advice.map(({ finding, text }) =>
    el('li', {}, [el('h3', {}, [finding]), el('p', {}, text.split('`').map(codeAtOdd))]),
  );
  return section('What would make it faster', [el('ul', { class: 'advice' }, items)]);
}

/** Every second piece stood between backticks. */
function codeAtOdd(piece: string, i: number): Node | string {
  return i % 2 === 1 ? el('code', {}, [piece]) : piece;
}
