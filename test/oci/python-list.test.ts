import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatList } from '../../src/oci/python-list.js';
import { oddText } from '../support/arbitraries.js';
import { askPython, needsPython } from '../support/python.js';

const CASES: readonly [items: string[], written: string][] = [
  [[], '[]'],
  [['/nix/store/a', '/nix/store/b'], "['/nix/store/a', '/nix/store/b']"],
  [["it's"], '["it\'s"]'],
  [['say "x"'], '[\'say "x"\']'],
  [['it\'s "x"'], "['it\\'s \"x\"']"],
  [['\\ \n\r\t'], "['\\\\ \\n\\r\\t']"],
  [['\0\x1b\x7f\x80\xa0\xad'], "['\\x00\\x1b\\x7f\\x80\\xa0\\xad']"],
  [['é 日本 😀'], "['é 日本 😀']"],
  [['\u2028\u3000\udc80\ud800'], "['\\u2028\\u3000\\udc80\\ud800']"],
  [['\u{e0001}\u{10ffff}'], "['\\U000e0001\\U0010ffff']"],
];

for (const [items, written] of CASES) {
  test(`a list prints as ${written}`, () => {
    assert.equal(formatList(items), written);
  });
}

test('any list of texts prints as in Python', needsPython, () => {
  const list = fc.array(oddText, { maxLength: 4 });
  fc.assert(fc.property(fc.array(list, { minLength: 1, maxLength: 400, size: 'max' }), compare), { numRuns: 5 });
});

test('each code point prints as in Python', needsPython, () => {
  compare(Array.from({ length: 0x30000 }, (_, point) => [String.fromCodePoint(point)]));
});

function compare(lists: readonly (readonly string[])[]): void {
  const expected = askPython<{ repr: string; known: boolean }[]>('list_repr.py', lists);
  lists.forEach((list, i) => {
    // Versions of Unicode differ in what they assign, and so in what prints.
    if (expected[i]?.known === true && !/\p{Cn}/u.test(list.join(' ')))
      assert.equal(formatList(list), expected[i].repr);
  });
}
