/** The texts of a line, from left to right; a narrow terminal has no room for all. */
export interface LineTexts {
  readonly label: string;
  /** How much is done. */
  readonly amount: string;
  readonly rate: string;
  /** The time left, or what else matters most. */
  readonly left: string;
}

const WIDTHS = {
  label: 'written'.length,
  percent: '100%'.length,
  amount: '999,999 entries'.length,
  rate: '9999 MB/s'.length,
  left: 16,
};
const GAP = '  ';
const NARROWEST_BAR = 8;
const WIDEST_BAR = 40;

/**
 * A line that is shorter than a terminal of `columns`. `done` is a share of 1, and `bar` draws a bar of a given width.
 * Each text has its place, the same in all lines. The amount is left out first, then the rate, then the time left.
 */
export function formatLine(
  columns: number,
  line: { readonly texts: LineTexts; readonly done: number; readonly bar: (columns: number) => string },
): string {
  const { texts, done } = line;
  const percent = `${Math.floor(done * 100)}%`.padStart(WIDTHS.percent);
  let room = columns - 1 - (WIDTHS.label + 1 + NARROWEST_BAR + 1 + WIDTHS.percent);
  const shown: Partial<Record<'amount' | 'rate' | 'left', string>> = {};
  for (const key of ['left', 'rate', 'amount'] as const) {
    if (room < GAP.length + WIDTHS[key]) break;
    room -= GAP.length + WIDTHS[key];
    if (texts[key] !== '') shown[key] = GAP + (key === 'left' ? texts[key] : texts[key].padStart(WIDTHS[key]));
  }
  const bar = line.bar(Math.min(WIDEST_BAR, Math.max(0, NARROWEST_BAR + room)));
  const { amount = '', rate = '', left = '' } = shown;
  const text = `${texts.label.padEnd(WIDTHS.label)} ${bar} ${percent}${amount}${rate}${left}`;
  return text.slice(0, columns - 1).trimEnd();
}
