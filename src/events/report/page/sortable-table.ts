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

export interface TableKind {
  readonly label: string;
  /** The title of the column that the table is sorted by at first. */
  readonly sortedBy: string;
  /** Whether its rows become cards where there is no room for all columns. */
  readonly hasCards?: boolean;
}

/** A table that is sorted by a column when its header is pressed, and in the other direction when pressed again. */
export function sortableTable<T>(kind: TableKind, columns: readonly Column<T>[], rows: readonly T[]): HTMLElement {
  const body = el('tbody');
  const made = rows.map((row) => ({ row, element: tableRow(columns, row) }));
  const headers = columns.map((column) => {
    const button = el('button', { type: 'button' }, [column.title]);
    const header = el('th', { scope: 'col', class: classOf(column, rows) }, [button]);
    const sort = (): void => {
      const first: Direction = isNumeric(column, rows) && column.isOrdinal !== true ? 'descending' : 'ascending';
      const other: Direction = first === 'ascending' ? 'descending' : 'ascending';
      const direction = header.getAttribute('aria-sort') === first ? other : first;
      for (const any of headers) any.header.removeAttribute('aria-sort');
      header.setAttribute('aria-sort', direction);
      const sign = direction === 'ascending' ? 1 : -1;
      const sorted = [...made].sort((a, b) => sign * compare(column.value(a.row), column.value(b.row)));
      body.replaceChildren(...sorted.map(({ element }) => element));
    };
    button.addEventListener('click', sort);
    return { header, sort, title: column.title };
  });
  headers.find(({ title }) => title === kind.sortedBy)?.sort();
  const head = el('thead', {}, [
    el(
      'tr',
      {},
      headers.map(({ header }) => header),
    ),
  ]);
  const table = el('table', {}, [head, body]);
  // A part that scrolls must be reachable with the keyboard.
  const box = el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': kind.label }, [table]);
  if (kind.hasCards) foldWhereNarrow(box, table);
  return box;
}

/** Makes each row a card where a box is too narrow for all columns. */
function foldWhereNarrow(box: HTMLElement, table: HTMLElement): void {
  let width = 0;
  new ResizeObserver(() => {
    if (box.clientWidth === width) return;
    box.classList.remove('narrow');
    box.classList.toggle('narrow', table.offsetWidth > box.clientWidth);
    width = box.clientWidth;
  }).observe(box);
}

function tableRow<T>(columns: readonly Column<T>[], row: T): HTMLElement {
  return el(
    'tr',
    {},
    columns.map((column) =>
      el('td', { class: classOf(column, [row]), 'data-title': column.title }, [
        column.cell?.(row) ?? `${column.value(row)}`,
      ]),
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
