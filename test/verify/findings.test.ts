import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Findings } from '../../src/verify/findings.js';
import { compressedLayers, unknownDigests } from '../../src/verify/gaps.js';

test('what is left out is told once for each reason, with the number of different things', () => {
  const findings = new Findings();
  for (const name of ['a', 'b', 'a']) findings.leaveOut(compressedLayers('zstd'), name);
  findings.leaveOut(compressedLayers('xz'), 'c');
  for (let i = 0; i < 1200; i++) findings.leaveOut(unknownDigests('blake3'), String(i));
  assert.deepEqual(findings.unchecked, [
    '2 zstd layers not checked (needs Node.js 22.15 or newer)',
    '1 xz layer not checked (only gzip and zstd are read)',
    '1,200 blobs with blake3 digests not checked (only sha256 and sha512 are known)',
  ]);
});
