import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonSyntaxError, parseJson } from '../../../src/ground/json/parse.js';
import { isJsonObject, JsonNumber, type JsonValue } from '../../../src/ground/json/value.js';

test('each kind of value is read', () => {
  assert.equal(parseJson(' null '), null);
  assert.equal(parseJson('true'), true);
  assert.equal(parseJson('\t\r\nfalse'), false);
  assert.equal(parseJson('"a"'), 'a');
  assert.deepEqual(parseJson('[]'), []);
  assert.deepEqual(parseJson('[1, [ ], {}]'), [new JsonNumber('1'), [], new Map()]);
  assert.deepEqual(parseJson('{"a": {"b": "c"}}'), new Map([['a', new Map([['b', 'c']])]]));
});

test('a number keeps its text', () => {
  for (const text of ['0', '-0', '12345678901234567890123', '1.50', '1E5', '-2.5e-03']) {
    assert.deepEqual(parseJson(text), new JsonNumber(text));
  }
});

test('keys keep their order, also those that look like integers', () => {
  assert.deepEqual(keysOf(parseJson('{"b": 1, "10": 2, "9": 3, "a": 4}')), ['b', '10', '9', 'a']);
});

test('a repeated key keeps its first place and its last value', () => {
  const object = parseJson('{"a": 1, "b": 2, "a": 3}');
  assert.deepEqual(keysOf(object), ['a', 'b']);
  assert.deepEqual(isJsonObject(object) && object.get('a'), new JsonNumber('3'));
});

test('__proto__ and its like are keys as any', () => {
  const object = parseJson('{"__proto__": {"polluted": true}, "constructor": 1, "": 2}');
  assert.deepEqual(keysOf(object), ['__proto__', 'constructor', '']);
  assert.equal('polluted' in {}, false);
});

test('escapes are read, pairs of surrogates and lone ones too', () => {
  assert.equal(parseJson('"\\"\\\\\\/\\b\\f\\n\\r\\t"'), '"\\/\b\f\n\r\t');
  assert.equal(parseJson('"\\u00e9\\uD83D\\uDE00"'), 'é😀');
  assert.equal(parseJson('"\\ud800x\\udc80"'), '\ud800x\udc80');
  assert.equal(parseJson('"\u2028\u007f\ufeff"'), '\u2028\u007f\ufeff');
});

test('nesting is read down to a depth that Python reads too, and refused below it', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.ok(Array.isArray(parseJson(nested(900))));
  assert.throws(() => parseJson(nested(901)), { message: 'line 1, column 901: nested more than 900 deep' });
  assert.throws(() => parseJson('{"a":'.repeat(100_000)), JsonSyntaxError);
  // Depth is what is open at once, not what was.
  assert.equal((parseJson(`[${'[],'.repeat(2000)}[]]`) as unknown[]).length, 2001);
});

const FAULTS: readonly [text: string, message: string][] = [
  ['', 'line 1, column 1: unexpected end'],
  ['  ', 'line 1, column 3: unexpected end'],
  ['[1, 2', "line 1, column 6: expected ']'"],
  ['[1,]', 'line 1, column 4: expected a value'],
  ['[1 2]', "line 1, column 4: expected ']'"],
  ['{"a": 1,}', 'line 1, column 9: expected a key in double quotes'],
  ["{'a': 1}", 'line 1, column 2: expected a key in double quotes'],
  ['{"a" 1}', "line 1, column 6: expected ':'"],
  ['{"a": 1', "line 1, column 8: expected '}'"],
  ['{\n  "a": 1,\n  "b": nul\n}', 'line 3, column 8: expected a value'],
  ['{}\n{}', 'line 2, column 1: unexpected text after the value'],
  ['"abc', 'line 1, column 5: string without an end'],
  ['"a\nb"', 'line 1, column 3: raw control character in a string'],
  ['"\\x41"', 'line 1, column 2: unknown escape in a string'],
  ['"\\u12g4"', 'line 1, column 2: unknown escape in a string'],
  ['"\\', 'line 1, column 2: unknown escape in a string'],
  ['NaN', 'line 1, column 1: expected a value'],
  ['Infinity', 'line 1, column 1: expected a value'],
  ['-', 'line 1, column 1: expected a value'],
  ['+1', 'line 1, column 1: expected a value'],
  ['.5', 'line 1, column 1: expected a value'],
  ['01', 'line 1, column 2: unexpected text after the value'],
  ['1.', 'line 1, column 2: unexpected text after the value'],
  ['1e', 'line 1, column 2: unexpected text after the value'],
  ['\ufeff{}', 'line 1, column 1: expected a value'],
  ['[1] // why', 'line 1, column 5: unexpected text after the value'],
  ['1e400', 'line 1, column 6: 1e400 is too large for a number'],
  ['[\n-1.5e999]', 'line 2, column 9: -1.5e999 is too large for a number'],
];

for (const [text, message] of FAULTS) {
  test(`refused with its place: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseJson(text), { name: 'JsonSyntaxError', message });
  });
}

function keysOf(value: JsonValue): string[] {
  assert.ok(isJsonObject(value));
  return [...value.keys()];
}
