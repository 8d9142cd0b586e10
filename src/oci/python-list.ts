/** A list of strings as Python prints it (`repr`). The history names a layer's store paths in this form. */
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

/** As `str.isprintable()`: not of the Unicode categories "Other" and "Separator", except for the space. */
function isPrintable(character: string): boolean {
  return character === ' ' || !/[\p{C}\p{Z}]/u.test(character);
}

function escapePoint(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
