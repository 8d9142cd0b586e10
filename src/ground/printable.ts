/** Control characters, which could move the cursor or change colours, become escapes. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A text in at most `width` characters. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  // A surrogate is dropped if its pair is cut.
  return `${text.slice(0, Math.max(0, width - 1)).replace(/\p{Cs}$/u, '')}…`;
}
