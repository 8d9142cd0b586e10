import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blobName, parseBlobName } from '../../src/oci/blob-name.js';
import { digestOf } from '../../src/oci/digest.js';

test('a blob is named by its digest, of whatever algorithm', () => {
  for (const digest of [digestOf(Buffer.alloc(0)), 'sha512:ab', 'multi+b64.x_y-z:A=_-']) {
    const name = blobName(digest);
    const [algorithm, encoded] = digest.split(':');
    assert.equal(name, `blobs/${algorithm}/${encoded}`);
    assert.deepEqual(parseBlobName(name), { algorithm, encoded });
  }
});

test('nothing else is the name of a blob', () => {
  for (const name of [
    '',
    'blobs',
    'blobs/sha256',
    'blobs/sha256/',
    'blobs/sha256/a/b',
    'blobs/../a',
    'x/blobs/a/b',
    'blobs/a/b\n',
  ]) {
    assert.equal(parseBlobName(name), undefined, name);
  }
});
