import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addressRoom } from '../../src/threads/address-room.js';
import { withTempDir } from '../support/temp-dir.js';

const MIB = 1024 * 1024;

for (const [name, limit, taken, room] of [
  ['there is room for as many threads as the limit leaves', `${2048 * MIB}`, `${768 * 1024}`, 8],
  ['there is never room for less than none', `${512 * MIB}`, `${768 * 1024}`, 0],
  ['without a limit there is room for all', 'unlimited', `${768 * 1024}`, Number.POSITIVE_INFINITY],
] as const) {
  test(name, () =>
    withTempDir((root) => {
      mkdirSync(join(root, 'proc/self'), { recursive: true });
      writeFileSync(
        join(root, 'proc/self/limits'),
        `Limit                     Soft Limit           Hard Limit           Units     \n` +
          `Max address space         ${limit.padEnd(20)} unlimited            bytes     \n`,
      );
      writeFileSync(join(root, 'proc/self/status'), `Name:\tnode\nVmSize:\t  ${taken} kB\nVmRSS:\t 1 kB\n`);
      assert.equal(addressRoom(root), room);
    }),
  );
}

test('without /proc there is room for all', () =>
  withTempDir((root) => assert.equal(addressRoom(root), Number.POSITIVE_INFINITY)));
