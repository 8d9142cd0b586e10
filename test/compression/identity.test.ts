import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compressionIdentity } from '../../src/compression/identity.js';

test('an identity names all that the bytes depend on', () => {
  const { zlib } = process.versions;
  assert.equal(
    compressionIdentity({ kind: 'gzip', level: 6 }),
    `gzip level=6 block=262144 format=1 zlib=${zlib} arch=${process.arch}`,
  );
  assert.match(compressionIdentity({ kind: 'zstd', level: 3 }), /^zstd level=3 block=4194304 format=1 zstd=/);
  assert.equal(compressionIdentity({ kind: 'none' }), 'none');
});
