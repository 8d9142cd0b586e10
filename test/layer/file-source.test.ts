import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestLayer } from '../../src/layer/digest.js';
import { ProvenSource } from '../../src/layer/proven-source.js';
import { openSource } from '../../src/layer/source.js';
import { digestOf } from '../../src/oci/digest.js';
import type { FileContent } from '../../src/scan/spec.js';
import { awaitNextCtime } from '../support/ctime.js';
import { layerBytes, readAll } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

const BYTES = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7) % 251));
const PART = { offset: 1000, size: 15_000 };
const WHOLE = BYTES.subarray(PART.offset, PART.offset + PART.size);

test('a part of a file is given in chunks of any size', () =>
  withFile(async (content) => {
    for (const chunkSize of [512, 4096, 1024 * 1024]) assert.ok(layerBytes(content, chunkSize).equals(WHOLE));
    assert.equal(await digestLayer(content), digestOf(WHOLE));
  }));

test('a file that became shorter is named by the error', () =>
  withFile((content, path) => {
    truncateSync(path, 3000);
    assert.throws(() => layerBytes(content), { code: 'PATH_CHANGED', path, message: /became shorter/ });
  }));

test('a file that was written again is hashed again: the same bytes pass, others do not', () =>
  withFile(async (content, path) => {
    const diffId = await digestLayer(content);
    awaitNextCtime(path, `${path}.probe`);
    writeFileSync(path, BYTES);
    assert.equal(openSource(content).touched, path);
    assert.equal(readAll(new ProvenSource(content, { diffId }), 1024), WHOLE.length);
    writeFileSync(path, Buffer.from(BYTES).fill(0, 9000, 9001));
    assert.throws(() => readAll(new ProvenSource(content, { diffId }), 1024), { code: 'PATH_CHANGED', path });
  }));

test('a descriptor that cannot be read is an error that names its path', () =>
  withFile((content, path) => {
    const fd = openSync(path, 'a');
    assert.throws(() => layerBytes({ ...content, fd }), { code: 'READ_FAILED', path, message: /EBADF/ });
    closeSync(fd);
  }));

test('a source does not close the descriptor, which is not its own', () =>
  withFile((content) => {
    openSource(content).close();
    assert.ok(fstatSync(content.fd).isFile());
  }));

function withFile(action: (content: FileContent, path: string) => void | Promise<void>): Promise<void> {
  return withTempDir(async (directory) => {
    const path = join(directory, 'layer.tar');
    writeFileSync(path, BYTES);
    const fd = openSync(path, 'r');
    try {
      const { dev: device, ino: inode, ctimeNs: ctime } = fstatSync(fd, { bigint: true });
      await action({ kind: 'file', form: 'tar', fd, ...PART, device, inode, ctime, path }, path);
    } finally {
      closeSync(fd);
    }
  });
}
