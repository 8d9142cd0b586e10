import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../src/oci/digest.js';
import {
  makeDocument,
  object,
  optionalTextList,
  readDocument,
  readVersioned,
  textList,
} from '../../src/oci/document.js';

test('a document is ASCII text in the form of nixpkgs, with its digest', () => {
  const { bytes, digest } = makeDocument(object({ b: 'é', a: [] }));
  assert.equal(Buffer.from(bytes).toString('latin1'), '{\n    "b": "\\u00e9",\n    "a": []\n}');
  assert.equal(digest, digestOf(bytes));
});

test('bytes that are no text, or no JSON, are a fault', () => {
  assert.throws(() => readDocument(Buffer.from([0xff])), { name: 'DocumentError', message: 'is not UTF-8 text' });
  assert.throws(() => readDocument(Buffer.from('[')), { message: 'is not JSON: line 1, column 2: unexpected end' });
});

test('only version 2 of a manifest is read', () => {
  assert.equal(readVersioned(Buffer.from('{"schemaVersion":2,"a":"b"}')).get('a'), 'b');
  for (const text of ['{}', '{"schemaVersion":1}', '{"schemaVersion":"2"}']) {
    assert.throws(() => readVersioned(Buffer.from(text)), { message: 'has no schemaVersion of 2' });
  }
});

test('a list of strings may be missing only where it is optional', () => {
  assert.deepEqual(textList(['a', ''], 'x'), ['a', '']);
  assert.deepEqual([optionalTextList(undefined, 'x'), optionalTextList(null, 'x')], [[], []]);
  const fault = { name: 'DocumentError', message: 'x is not a list of strings' };
  assert.deepEqual(textList(null, 'x'), []);
  assert.throws(() => textList(undefined, 'x'), fault);
  for (const value of ['a', [null]]) assert.throws(() => optionalTextList(value, 'x'), fault);
});
