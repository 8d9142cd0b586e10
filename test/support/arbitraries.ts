import fc from 'fast-check';
import { asByteString, type ByteString } from '../../src/ground/bytestring.js';

/** Text with many characters that JSON, UTF-8 and UTF-16 treat specially, including lone surrogates. */
export const oddText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('"', "'", '\\', '/', '\b', '\f', '\n', '\r', '\t', '\0', '\x1f', '\x7f', '\x80', '\xa0', '\xad'),
      fc.constantFrom('\u2028', '\ud800', '\udc00', '\udfff', '\udc80', '\ufeff', '\uffff', '😀', '\u{10ffff}', 'é'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** Bytes that are often, but not always, UTF-8. */
export function byteNames(options: {
  minLength: number;
  maxLength: number;
  without: string;
}): fc.Arbitrary<ByteString> {
  const { without, minLength, maxLength } = options;
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 12 }) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }).map(utf8) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('latin1')) },
    { weight: 1, arbitrary: fc.constantFrom('é', 'ｚ', '😀', '\u{10ffff}', '\ue000').map(utf8) },
    // Overlong, surrogate, too large, cut short: no UTF-8.
    {
      weight: 1,
      arbitrary: fc.constantFrom('\xc0\x80', '\xed\xa0\x80', '\xf4\x90\x80\x80', '\xf0\x9f', '\xff', '\x80'),
    },
    { weight: 1, arbitrary: fc.integer({ min: 20, max: 255 }).map((length) => 'n'.repeat(length)) },
  );
  return fc
    .array(piece, { maxLength: 8 })
    .map((pieces) =>
      [...pieces.join('')]
        .filter((byte) => !without.includes(byte))
        .join('')
        .slice(0, maxLength),
    )
    .map((name) => asByteString(name.padEnd(minLength, 'x')));
}

function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
