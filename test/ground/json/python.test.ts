import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../../src/ground/json/parse.js';
import { formatFloat, stringifyJson } from '../../../src/ground/json/stringify.js';
import { oddText } from '../../support/arbitraries.js';
import { askPython, needsPython } from '../../support/python.js';

/** Each run is one Python process with a batch of questions. */
const BATCHES = { numRuns: 5 };
const BATCH = { minLength: 1, maxLength: 300, size: 'max' } as const;

const digits = fc.bigInt({ min: 0n, max: 10n ** 40n }).map(String);

const number = fc.oneof(
  fc.bigInt().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc
    .tuple(fc.constantFrom('', '-'), digits, digits, fc.constantFrom('e', 'E', 'e+', 'e-'), fc.nat(250))
    .map(([sign, whole, part, e, power]) => `${sign}${whole}.${part}${e}${power}`)
    .filter((text) => Number.isFinite(Number(text))),
  fc.constantFrom('-0', '0', '-0.0', '0e0', '1e16', '1e-5', '9007199254740993.0'),
);

/** A string as JSON text: each unit raw where that may be, or escaped. */
const string = fc.tuple(oddText, fc.nat()).map(([text, coins]) => {
  const parts = Array.from(text, (character, i) => {
    const raw = character.length === 2 || /[^"\\\p{Cc}\p{Cs}]/u.test(character);
    if (raw && ((coins >> (i % 30)) & 1) === 1) return character;
    return character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('');
  });
  return `"${parts.join('')}"`;
});

const space = fc.constantFrom('', ' ', '\n', '\t ', '\r\n');

const { text: jsonText } = fc.letrec<{ text: string }>((tie) => ({
  text: fc
    .tuple(
      space,
      fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('null', 'true', 'false', '[]', '{}', '[ ]', '{\n}'),
        number,
        string,
        fc.array(tie('text'), { minLength: 1, maxLength: 5 }).map((items) => `[${items.join(',')}]`),
        fc
          .array(fc.tuple(space, fc.oneof(string, fc.constantFrom('"a"', '"1"', '"__proto__"')), space, tie('text')), {
            minLength: 1,
            maxLength: 5,
          })
          .map(
            (items) => `{${items.map(([before, key, after, value]) => `${before}${key}${after}:${value}`).join(',')}}`,
          ),
      ),
      space,
    )
    .map((parts) => parts.join('')),
}));

test('any JSON is written as Python writes it', needsPython, () => {
  fc.assert(
    fc.property(fc.array(jsonText, BATCH), (texts) => {
      const expected = askPython<string[]>('json_dumps.py', texts);
      texts.forEach((text, i) => {
        assert.equal(stringifyJson(parseJson(text)), expected[i], text);
      });
    }),
    BATCHES,
  );
});

test('any float is written as Python prints it', needsPython, () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), BATCH), (values) => {
      // JSON.stringify loses the sign of zero, and writes whole numbers as integers.
      const texts = values.map((value) => (Object.is(value, -0) ? '-0.0' : `${value.toExponential()}`));
      const expected = askPython<string[]>('json_dumps.py', texts);
      assert.deepEqual(values.map(formatFloat), expected);
    }),
    BATCHES,
  );
});
