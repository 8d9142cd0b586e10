/**
 * A list of strings as Python prints it (`repr`), which is how the history names a layer's store paths.
 */
export function formatList(items: readonly string[]): string {
  return `[${items.map(formatText).join(', ')}]`;
}

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function formatText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = '';
  for (const character of text) {
    if (character === quote) body += `\\${quote}`;
    else body += NAMED[character] ?? (isPrintable(character) ? character : escapePoint(character));
  }
  return quote + body + quote;
}

/** `str.isprintable()`: all but the Unicode categories "Other" and "Separator", the space excepted. */
function isPrintable(character: string): boolean {
  return character === ' ' || !/[\p{C}\p{Z}]/u.test(character);
}

function escapePoint(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
