import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cut, printable } from '../../src/ground/printable.js';

test('control characters become escapes, and all else stays', () => {
  assert.equal(printable('a\x1b[31mé😀\n'), 'a\\u{1b}[31mé😀\\u{a}');
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
