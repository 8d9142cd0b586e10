import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAYOUT_VERSION, makeLayoutFile, readLayoutVersion } from '../../src/oci/layout-file.js';

test('the file that is made is of the version that is known', () => {
  const { bytes } = makeLayoutFile();
  assert.deepEqual(JSON.parse(Buffer.from(bytes).toString()), { imageLayoutVersion: '1.0.0' });
  assert.equal(readLayoutVersion(bytes), LAYOUT_VERSION);
});

test('any version is read, and a file without one is a fault', () => {
  assert.equal(readLayoutVersion(Buffer.from('{"imageLayoutVersion":"2.0.0","more":1}')), '2.0.0');
  for (const [text, message] of [
    ['[]', 'is not an object'],
    ['{}', 'has no imageLayoutVersion'],
    ['{"imageLayoutVersion":1}', 'has no imageLayoutVersion'],
  ] as const) {
    assert.throws(() => readLayoutVersion(Buffer.from(text)), { name: 'DocumentError', message });
  }
});
