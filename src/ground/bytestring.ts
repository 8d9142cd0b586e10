/**
 * File names are bytes. Inside layerstream they travel as *byte strings*: JavaScript strings in which each UTF-16
 * unit is one byte (Node's `latin1`). V8 stores them one byte a character, comparing them compares bytes, and no
 * byte is lost. Text that came from JSON is turned into a byte string once, here.
 */
export type ByteString = string & { readonly __brand: 'ByteString' };

/** Takes a string whose units are known to be bytes, such as what Node gives for the encoding `latin1`. */
export function asByteString(latin1: string): ByteString {
  return latin1 as ByteString; // The brand has no run-time part.
}

export function isAscii(text: string): boolean {
  // Asked of each name several times: quicker than a regular expression for what is short.
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/**
 * Encodes text as UTF-8, with U+DC80 … U+DCFF for bytes that are none (Python's `surrogateescape`, PEP 383).
 * Gives undefined where other lone surrogates leave nothing to encode.
 */
export function encodeText(text: string): ByteString | undefined {
  if (isAscii(text)) return asByteString(text);
  let bytes = '';
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point >= 0xdc80 && point <= 0xdcff) bytes += String.fromCharCode(point - 0xdc00);
    else if (point >= 0xd800 && point <= 0xdfff) return undefined;
    else bytes += Buffer.from(character, 'utf8').toString('latin1');
  }
  return asByteString(bytes);
}

/** The name for a person to read: bytes that are no UTF-8 become U+FFFD. */
export function displayName(name: ByteString): string {
  return isAscii(name) ? name : Buffer.from(name, 'latin1').toString('utf8');
}

/** What `node:fs` takes as this very path. */
export function toFsPath(path: ByteString): string | Buffer {
  return isAscii(path) ? path : Buffer.from(path, 'latin1');
}

/**
 * The bytes of a text that is known to be fit for encoding (the texts of a parsed conf are), or comes from the command
 * line.
 */
export function textToByteString(text: string): ByteString {
  return encodeText(text) ?? asByteString(Buffer.from(text, 'utf8').toString('latin1'));
}

/** What `node:fs` takes as the path that such a text names. */
export function textToFsPath(text: string): string | Buffer {
  return toFsPath(textToByteString(text));
}

/**
 * The code points of a byte string read as UTF-8. Each byte that is not part of valid UTF-8 (RFC 3629) counts as
 * U+DC00 + byte.
 */
export function codePoints(bytes: ByteString): number[] {
  const points: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      points.push(0xdc00 + bytes.charCodeAt(at++));
      continue;
    }
    const lead = bytes.charCodeAt(at);
    let point = length === 1 ? lead : lead & (0x7f >> length);
    for (let i = 1; i < length; i++) point = (point << 6) | (bytes.charCodeAt(at + i) & 0x3f);
    points.push(point);
    at += length;
  }
  return points;
}

export function isUtf8(bytes: ByteString): boolean {
  // Most names are, and this finds it sooner.
  if (isAscii(bytes)) return true;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

/** Length of the valid UTF-8 sequence at a place, or 0 (Unicode 15, table 3-7). */
function sequenceLength(bytes: ByteString, at: number): number {
  const lead = bytes.charCodeAt(at);
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes.charCodeAt(at + 1);
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    if ((bytes.charCodeAt(at + i) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/**
 * Sorts siblings of a layer, in place: by code point of the name, as Python sorts decoded names. Byte order says the
 * same for valid UTF-8, so names are decoded only where one is none.
 */
export function sortNames(names: ByteString[]): ByteString[] {
  return names.every(isUtf8) ? names.sort() : names.sort(compareNames);
}

function compareNames(a: ByteString, b: ByteString): number {
  const left = codePoints(a);
  const right = codePoints(b);
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
