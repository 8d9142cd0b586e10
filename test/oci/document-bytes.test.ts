import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DocumentBytes } from '../../src/oci/document-bytes.js';

test('bytes of what begins like a document are copied', () => {
  const document = new DocumentBytes({ isDocument: false });
  const chunk = Buffer.from(' {"a":');
  document.add(chunk);
  chunk.write('1}    ');
  document.add(chunk);
  assert.deepEqual(document.finish(), { kind: 'kept', bytes: Buffer.from(' {"a":1}    ') });
});

test('a file that is no document is left out, and so is one that is too large', () => {
  const tar = new DocumentBytes({ isDocument: false });
  tar.add(Buffer.from('   '));
  tar.add(Buffer.alloc(7_000_000, 'x'));
  assert.deepEqual(tar.finish(), { kind: 'omitted', why: 'is no JSON document: 7000003 bytes' });
  const large = new DocumentBytes({ isDocument: true });
  for (let i = 0; i < 9; i++) large.add(Buffer.alloc(1024 * 1024, 'x'));
  assert.deepEqual(large.finish(), { kind: 'omitted', why: 'is too large for a document: 9437184 bytes' });
});
