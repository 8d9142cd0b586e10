import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../../src/ground/json/parse.js';
import { JsonNumber, toPlain } from '../../../src/ground/json/value.js';

test('a number without fraction and exponent is an integer', () => {
  for (const text of ['0', '-0', '123456789012345678901']) assert.equal(new JsonNumber(text).isInteger, true, text);
  for (const text of ['0.0', '1e3', '1E3', '-1.5']) assert.equal(new JsonNumber(text).isInteger, false, text);
});

test('plain values are JavaScript as anyone would write it', () => {
  const plain = toPlain(parseJson('{"a": [1, 2.5, "x", null, true], "b": {}}'));
  assert.equal(JSON.stringify(plain), '{"a":[1,2.5,"x",null,true],"b":{}}');
});

test('integers that a double cannot hold become bigints', () => {
  assert.equal(toPlain(new JsonNumber('9007199254740991')), 9007199254740991);
  assert.equal(toPlain(new JsonNumber('9007199254740993')), 9007199254740993n);
  assert.equal(toPlain(new JsonNumber(`-1${'0'.repeat(400)}`)), -(10n ** 400n));
});

test('a key named __proto__ is an own property and nothing else', () => {
  const plain = toPlain(parseJson('{"__proto__": {"x": 1}}')) as Record<string, unknown>;
  assert.deepEqual(Object.keys(plain), ['__proto__']);
  assert.equal('x' in plain, false);
});
