import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, finishDigest, hexOf, parseDigest, parseForeignDigest, startDigest } from '../../src/oci/digest.js';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('a digest is that of all bytes, given at once or in parts', () => {
  assert.equal(digestOf(Buffer.alloc(0)), `sha256:${EMPTY}`);
  assert.equal(finishDigest(startDigest().update('a').update('bc')), digestOf(Buffer.from('abc')));
  assert.equal(hexOf(digestOf(Buffer.alloc(0))), EMPTY);
});

test('only a digest is parsed as one', () => {
  assert.equal(parseDigest(`sha256:${EMPTY}`), `sha256:${EMPTY}`);
  const wrong = [
    EMPTY,
    `sha256:${EMPTY}0`,
    `sha256:${EMPTY.slice(1)}`,
    `SHA256:${EMPTY}`,
    `sha256:${EMPTY.toUpperCase()}`,
  ];
  for (const text of [...wrong, `sha512:${EMPTY}`, `sha256:${EMPTY}\n`, ''])
    assert.equal(parseDigest(text), undefined, text);
});

test('a digest may be of another algorithm, if it has the form of one', () => {
  const hex = 'ab'.repeat(64);
  for (const text of [`sha256:${EMPTY}`, `sha512:${hex}`, 'blake3:abc', 'multi+b64.x_y-z:A=_-', 'constructor:x']) {
    assert.equal(parseForeignDigest(text), text);
  }
  for (const text of ['', 'a', ':a', 'a:', 'sha256:12', `sha512:${EMPTY}`, 'blake3:../x', 'a:b:c', 'A:b']) {
    assert.equal(parseForeignDigest(text), undefined, text);
  }
});
