/** Whatever could move the cursor, change colours or be seen as something else (Unicode's "Other"). */
const CONTROLS = /\p{C}/gu;

const CONTROLS_BUT_LINE_ENDS = /(?!\n)\p{C}/gu;

/** Control characters, which could move the cursor or change colours, become escapes. */
export function printable(text: string): string {
  return text.replace(CONTROLS, escapeOf);
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.replace(CONTROLS_BUT_LINE_ENDS, escapeOf);
}

/** A value as JSON that a terminal can show. It means the same as that of `JSON.stringify`. */
export function printableJson(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  return JSON.stringify(value, replacer).replace(CONTROLS, (character) =>
    [...Array(character.length).keys()].map((i) => `\\u${hexOf(character.charCodeAt(i)).padStart(4, '0')}`).join(''),
  );
}

/** A text in at most `width` characters. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  // A surrogate is dropped if its pair is cut.
  return `${text.slice(0, Math.max(0, width - 1)).replace(/\p{Cs}$/u, '')}…`;
}

function escapeOf(character: string): string {
  return `\\u{${hexOf(character.codePointAt(0) ?? 0)}}`;
}

function hexOf(code: number): string {
  return code.toString(16);
}
