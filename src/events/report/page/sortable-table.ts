import { el } from './dom.js';

export interface Column<T> {
  readonly title: string;
  /** The value to sort by. Numbers are aligned to the right, and sorted from the largest at first. */
  readonly value: (row: T) => number | string;
  /** What is shown, if it is not the value. */
  readonly cell?: (row: T) => Node | string;
  /** Set for numbers that name things: they are sorted from the smallest at first. */
  readonly isOrdinal?: boolean;
  readonly class?: string;
}

type Direction = 'ascending' | 'descending';

/** A table that is sorted by a column when its header is pressed, and in the other direction when pressed again. */
export function sortableTable<T>(label: string, columns: readonly Column<T>[], rows: readonly T[]): HTMLElement {
  const body = el('tbody');
  const made = rows.map((row) => ({ row, element: tableRow(columns, row) }));
  const headers = columns.map((column) => {
    const button = el('button', { type: 'button' }, [column.title]);
    const header = el('th', { scope: 'col', class: classOf(column, rows) }, [button]);
    button.addEventListener('click', () => {
      const first: Direction = isNumeric(column, rows) && column.isOrdinal !== true ? 'descending' : 'ascending';
      const other: Direction = first === 'ascending' ? 'descending' : 'ascending';
      const direction = header.getAttribute('aria-sort') === first ? other : first;
      for (const any of headers) any.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', direction);
      const sign = direction === 'ascending' ? 1 : -1;
      const sorted = [...made].sort((a, b) => sign * compare(column.value(a.row), column.value(b.row)));
      body.replaceChildren(...sorted.map(({ element }) => element));
    });
    return header;
  });
  body.append(...made.map(({ element }) => element));
  const table = el('table', {}, [el('thead', {}, [el('tr', {}, headers)]), body]);
  // A part that scrolls must be reachable with the keyboard.
  return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, [table]);
}

function tableRow<T>(columns: readonly Column<T>[], row: T): HTMLElement {
  return el(
    'tr',
    {},
    columns.map((column) =>
      el('td', { class: classOf(column, [row]) }, [column.cell?.(row) ?? `${column.value(row)}`]),
    ),
  );
}

function classOf<T>(column: Column<T>, rows: readonly T[]): string {
  return `${column.class ?? ''}${isNumeric(column, rows) ? ' number' : ''}`.trim();
}

function isNumeric<T>(column: Column<T>, [row]: readonly T[]): boolean {
  return row !== undefined && typeof column.value(row) === 'number';
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return `${a}`.localeCompare(`${b}`);
}
