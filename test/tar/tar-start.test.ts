import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isTarStart } from '../../src/tar/tar-start.js';
import { makeArchive } from '../support/archives.js';

test('a tar of any format begins with a header, and an empty one with zeros', async () => {
  const archive = await makeArchive([{ name: 'a', body: 'x' }]);
  assert.ok(isTarStart(archive));
  // As the seventh edition of Unix wrote it: without a magic, and the checksum in other places of its field.
  const old = Buffer.from(archive.subarray(0, 512));
  old.fill(0, 257, 265);
  const sum = old.fill(' ', 148, 156).reduce((total, byte) => total + byte, 0);
  old.write(` ${sum.toString(8)}\0 `, 148, 'latin1');
  assert.ok(isTarStart(old));
  assert.ok(isTarStart(Buffer.alloc(512)));
});

test('other bytes are no tar, and neither is less than a header', async () => {
  const archive = await makeArchive([{ name: 'a', body: 'x' }]);
  assert.ok(!isTarStart(archive.subarray(0, 511)));
  const bytes = fc.uint8Array({ minLength: 512, maxLength: 600 }).filter((array) => array.some((byte) => byte !== 0));
  fc.assert(fc.property(bytes, (array) => !isTarStart(array)));
  const text = Buffer.from(`{"a": "${'x'.repeat(600)}"}`);
  assert.ok(!isTarStart(text));
});
