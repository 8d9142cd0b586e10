import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readChunks, readFully } from '../../src/files/read.js';
import { withTempDir } from '../support/temp-dir.js';

const BYTES = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 7) % 251));

test('bytes are read from where the descriptor stands, to the place asked for, until the file ends', () =>
  withFile((fd) => {
    const target = Buffer.alloc(BYTES.length);
    assert.equal(readFully(fd, { target, at: 100, length: 1000 }), 1000);
    assert.ok(target.subarray(100, 1100).equals(BYTES.subarray(0, 1000)));
    assert.ok(target.subarray(0, 100).equals(Buffer.alloc(100)));
    assert.equal(readFully(fd, { target, at: 0, length: BYTES.length }), BYTES.length - 1000);
    assert.ok(target.subarray(0, BYTES.length - 1000).equals(BYTES.subarray(1000)));
    assert.equal(readFully(fd, { target, at: 0, length: 10 }), 0);
  }));

test('bytes of a position are read without moving the descriptor', () =>
  withFile((fd) => {
    const target = Buffer.alloc(10);
    assert.equal(readFully(fd, { target, at: 0, length: 10, position: BYTES.length - 4 }), 4);
    assert.ok(target.subarray(0, 4).equals(BYTES.subarray(-4)));
    readFully(fd, { target, at: 0, length: 10 });
    assert.ok(target.equals(BYTES.subarray(0, 10)));
  }));

test('chunks give all bytes from the start, each in its own memory, and leave the descriptor where it stands', () =>
  withFile(async (fd) => {
    const five = Buffer.alloc(5);
    readFully(fd, { target: five, at: 0, length: 5 });
    const chunks: Uint8Array[] = [];
    for await (const chunk of readChunks(fd)) chunks.push(chunk);
    assert.ok(chunks.length > 1);
    assert.ok(Buffer.concat(chunks).equals(BYTES));
    readFully(fd, { target: five, at: 0, length: 5 });
    assert.ok(five.equals(BYTES.subarray(5, 10)));
  }));

test('a descriptor that cannot be read is the error of the system', async () => {
  await withFile(async (_fd, path) => {
    const unreadable = openSync(path, 'a');
    const target = Buffer.alloc(1);
    assert.throws(() => readFully(unreadable, { target, at: 0, length: 1 }), { code: 'EBADF' });
    await assert.rejects(readChunks(unreadable).next(), { code: 'EBADF' });
    closeSync(unreadable);
  });
});

function withFile(action: (fd: number, path: string) => void | Promise<void>): Promise<void> {
  return withTempDir(async (directory) => {
    const path = join(directory, 'file');
    writeFileSync(path, BYTES);
    const fd = openSync(path, 'r');
    try {
      await action(fd, path);
    } finally {
      closeSync(fd);
    }
  });
}
