import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  asByteString,
  codePoints,
  displayName,
  encodeText,
  isUtf8,
  sortNames,
  toFsPath,
} from '../../src/ground/bytestring.js';
import { byteNames } from '../support/arbitraries.js';
import { askPython, needsPython } from '../support/python.js';

test('text becomes its UTF-8 bytes', () => {
  assert.equal(encodeText('abc'), 'abc');
  assert.equal(encodeText('é😀'), '\xc3\xa9\xf0\x9f\x98\x80');
});

test('the escapes of PEP 383 become the bytes they stand for', () => {
  assert.equal(encodeText('a\udc80\udcff'), 'a\x80\xff');
  assert.equal(encodeText('é\udce9'), '\xc3\xa9\xe9');
});

test('other lone surrogates cannot be encoded', () => {
  for (const text of ['\ud800', '\udbff.', '\udc00', '\udc7f', '\udd00', '\udfff'])
    assert.equal(encodeText(text), undefined);
});

test('a name is shown as text', () => {
  assert.equal(displayName(asByteString('caf\xc3\xa9')), 'café');
  assert.equal(displayName(asByteString('caf\xe9')), 'caf\ufffd');
});

test('what goes to the file system has the very bytes of the name', () => {
  fc.assert(
    fc.property(byteNames({ minLength: 0, maxLength: 60, without: '' }), (name) => {
      const path = toFsPath(name);
      const bytes = typeof path === 'string' ? Buffer.from(path, 'utf8') : path;
      assert.equal(bytes.toString('latin1'), name);
    }),
  );
});

const anyName = byteNames({ minLength: 1, maxLength: 40, without: '/\0' });

interface Look {
  readonly sorted: readonly string[];
  readonly points: readonly number[][];
  readonly utf8: readonly boolean[];
}

test('names are decoded and sorted as Python does', needsPython, () => {
  const lists = fc.array(fc.array(anyName, { maxLength: 12 }), { minLength: 1, maxLength: 200, size: 'max' });
  fc.assert(
    fc.property(lists, (names) => {
      const looks = askPython<Look[]>('names.py', names);
      names.forEach((list, i) => {
        const look = looks[i];
        assert.deepEqual(sortNames([...list]), look?.sorted);
        assert.deepEqual(list.map(codePoints), look?.points);
        assert.deepEqual(list.map(isUtf8), look?.utf8);
      });
    }),
    { numRuns: 5 },
  );
});

test('two bytes at a time, all of them: valid or escaped as Python says', needsPython, () => {
  const pairs = Array.from({ length: 0x10000 }, (_, i) => asByteString(String.fromCharCode(i >> 8, i & 0xff, 0x80)));
  const [look] = askPython<Look[]>('names.py', [pairs]);
  assert.deepEqual(pairs.map(codePoints), look?.points);
  assert.deepEqual(pairs.map(isUtf8), look?.utf8);
});

test('the order depends neither on the order names came in, nor on the other names', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyName, { minLength: 1 }), ([other, ...names]) => {
      const sorted = sortNames([...names]);
      assert.deepEqual(sortNames(names.toReversed()), sorted);
      const all = sortNames([other ?? assert.fail(), ...names]);
      assert.deepEqual(
        all.filter((name) => name !== other),
        sorted,
      );
    }),
  );
});
