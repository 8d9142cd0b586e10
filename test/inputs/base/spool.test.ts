import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type OpenBase, readUnlessAborted, spool } from '../../../src/inputs/base/spool.js';
import { openDescriptors } from '../../support/descriptors.js';
import { withTempDir } from '../../support/temp-dir.js';

const PLAIN = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => (i * 7) % 251));

test('a file is decompressed into one without a name, and closed', () =>
  withBase(gzipSync(PLAIN), async (base, directory) => {
    const plain = await spool(base);
    const { nlink, size } = fstatSync(plain);
    assert.deepEqual([nlink, size], [0, PLAIN.length]);
    assert.ok(readFileSync(`/proc/self/fd/${plain}`).equals(PLAIN));
    assert.deepEqual(openDescriptors(directory), []);
    closeSync(plain);
  }));

test('a file that is broken is an error that names it, and stays open', () =>
  withBase(gzipSync(PLAIN).subarray(0, -10), async (base) => {
    const { path } = base;
    const message = new RegExp(`^base image ${path} cannot be decompressed: `);
    await assert.rejects(spool(base), { code: 'INPUT_INVALID', path, message });
    assert.ok(fstatSync(base.fd).isFile());
    closeSync(base.fd);
  }));

test('an abort ends the reading, and carries its reason', () =>
  withBase(gzipSync(PLAIN), async (base) => {
    const reason = new Error('enough');
    const aborted = { ...base, signal: AbortSignal.abort(reason) };
    await assert.rejects(spool(aborted), { code: 'ABORTED', cause: reason });
    await assert.rejects(readUnlessAborted(aborted).next(), { code: 'ABORTED', cause: reason });
    closeSync(base.fd);
  }));

test('without an abort all bytes are read from the start', () =>
  withBase(PLAIN, async (base) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of readUnlessAborted(base)) chunks.push(chunk);
    assert.ok(Buffer.concat(chunks).equals(PLAIN));
    closeSync(base.fd);
  }));

/** The action closes the base. */
function withBase(bytes: Buffer, action: (base: OpenBase, directory: string) => Promise<void>): Promise<void> {
  return withTempDir(async (directory) => {
    const path = join(directory, 'base');
    writeFileSync(path, bytes);
    await action({ fd: openSync(path, 'r'), path, signal: undefined }, directory);
  });
}
