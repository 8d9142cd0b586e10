import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFully, writeFullySync } from '../../src/files/write.js';
import { withTempDir } from '../support/temp-dir.js';

for (const write of [writeFully, writeFullySync]) {
  test(`all bytes are written at the position of the descriptor: ${write.name}`, () =>
    withTempDir(async (directory) => {
      const path = join(directory, 'x');
      const fd = openSync(path, 'w');
      await write(fd, Buffer.from('one '));
      await write(fd, Buffer.alloc(0));
      await write(fd, Buffer.alloc(3_000_000, 'two'));
      closeSync(fd);
      assert.ok(readFileSync(path).equals(Buffer.concat([Buffer.from('one '), Buffer.alloc(3_000_000, 'two')])));
    }));
}
