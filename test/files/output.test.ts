import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DescriptorOutput } from '../../src/files/descriptor-output.js';
import { outputError } from '../../src/files/output.js';

test('an output of a descriptor is closed once it ends, well or not', async () => {
  for (const end of ['commit', 'abort'] as const) {
    let closed = 0;
    const output = new DescriptorOutput(-1, {
      name: 'x',
      close: async () => {
        closed++;
      },
    });
    await assert.rejects(output.write(Buffer.from('x')), Error);
    await output[end]();
    assert.equal(closed, 1, end);
  }
});

test('a failure to close does not fail an abort, and fails a commit', async () => {
  const failure = new Error('EIO');
  const open = () => new DescriptorOutput(-1, { name: 'x', close: () => Promise.reject(failure) });
  open().abort();
  await assert.rejects(open().commit(), failure);
});

const ERRORS: readonly [system: string, code: string, hint: RegExp | undefined][] = [
  ['EPIPE', 'OUTPUT_CLOSED', undefined],
  ['ECONNRESET', 'OUTPUT_CLOSED', undefined],
  ['ENOSPC', 'WRITE_FAILED', /Make room/],
  ['EDQUOT', 'WRITE_FAILED', /Make room/],
  ['EFBIG', 'WRITE_FAILED', /ulimit -f/],
  ['EIO', 'WRITE_FAILED', undefined],
];

for (const [system, code, hint] of ERRORS) {
  test(`${system} becomes ${code}`, () => {
    const cause = Object.assign(new Error(`${system}: so it is, write`), { code: system });
    const error = outputError('image.tar', cause);
    assert.deepEqual([error.code, error.cause], [code, cause]);
    assert.match(error.message, /image\.tar/);
    if (hint === undefined) assert.equal(error.hint, undefined);
    else assert.match(error.hint ?? '', hint);
  });
}
