import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../../src/ground/json/parse.js';
import { formatFloat, stringifyJson } from '../../../src/ground/json/stringify.js';
import { JsonNumber, type JsonValue } from '../../../src/ground/json/value.js';
import { oddText } from '../../support/arbitraries.js';

const CASES: readonly [text: string, written: string][] = [
  ['null', 'null'],
  ['[]', '[]'],
  ['{}', '{}'],
  ['[[],{}]', '[\n    [],\n    {}\n]'],
  ['{"b":1,"2":{"1":true,"0":"x"}}', '{\n    "b": 1,\n    "2": {\n        "1": true,\n        "0": "x"\n    }\n}'],
  ['{"a":1,"b":2,"a":3}', '{\n    "a": 3,\n    "b": 2\n}'],
  ['{"__proto__":1}', '{\n    "__proto__": 1\n}'],
  ['"\\u007f\\u0000é\\ud83d\\ude00\\ud800/\\""', '"\\u007f\\u0000\\u00e9\\ud83d\\ude00\\ud800/\\""'],
  ['"\\b\\f\\n\\r\\t\\u001F"', '"\\b\\f\\n\\r\\t\\u001f"'],
  ['-0', '0'],
  ['-0.0', '-0.0'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
  ['1e2', '100.0'],
  ['1E16', '1e+16'],
  ['123456789012345678.0', '1.2345678901234568e+17'],
  ['0.0001', '0.0001'],
  ['0.00001', '1e-05'],
  ['1e-400', '0.0'],
];

for (const [text, written] of CASES) {
  test(`${text} is written as Python does`, () => {
    assert.equal(stringifyJson(parseJson(text)), written);
  });
}

test('floats are written in their shortest form', () => {
  assert.equal(formatFloat(1), '1.0');
  assert.equal(formatFloat(9999999999999998), '9999999999999998.0');
  assert.equal(formatFloat(1e22), '1e+22');
  assert.equal(formatFloat(5e-324), '5e-324');
  assert.equal(formatFloat(-1.5e-7), '-1.5e-07');
  assert.equal(formatFloat(Number.MAX_VALUE), '1.7976931348623157e+308');
});

test('what is written reads back as the same tree', () => {
  const { tree } = fc.letrec<{ tree: JsonValue; leaf: JsonValue }>((tie) => ({
    leaf: fc.oneof(
      fc.constantFrom(null, true, false),
      oddText,
      fc.bigInt().map((integer) => new JsonNumber(String(integer))),
    ),
    tree: fc.oneof(
      { depthSize: 'small' },
      tie('leaf'),
      fc.array(tie('tree'), { maxLength: 5 }),
      fc.array(fc.tuple(oddText, tie('tree')), { maxLength: 5 }).map((items) => new Map(items)),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const text = stringifyJson(value);
      assert.match(text, /^[\n -~]*$/);
      const read = parseJson(text);
      assert.deepEqual(read, value);
      assert.deepEqual(orderOf(read), orderOf(value));
    }),
    { numRuns: 500 },
  );
});

/** All keys, in order: `deepEqual` takes maps of any order for equal. */
function orderOf(value: JsonValue): unknown[] {
  if (value instanceof Map) return [...value].map(([key, item]) => [key, orderOf(item)]);
  return Array.isArray(value) ? value.map(orderOf) : [];
}
