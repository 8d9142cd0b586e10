import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cut, printable, printableJson, printableLines } from '../../src/ground/printable.js';

test('control characters become escapes, and all else stays', () => {
  assert.equal(printable('a\x1b[31mé😀\n'), 'a\\u{1b}[31mé😀\\u{a}');
});

test('lines keep their ends, and lose all else that controls', () => {
  assert.equal(printableLines('a\x1b[1m\r\nb\n'), 'a\\u{1b}[1m\\u{d}\nb\n');
});

test('JSON has no control characters, and means the same', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
      const json = printableJson(texts);
      assert.doesNotMatch(json, /\p{C}/u);
      assert.deepEqual(JSON.parse(json), texts);
    }),
  );
  assert.equal(printableJson(['\x9b', '\u202e', '\u{e0001}']), '["\\u009b","\\u202e","\\udb40\\udc01"]');
});

test('a cut text is never longer than its width, and has no half of a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      const short = cut(text, width);
      assert.ok(short.length <= width);
      assert.doesNotThrow(() => encodeURIComponent(short));
      if (text.length <= width) assert.equal(short, text);
    }),
  );
});
