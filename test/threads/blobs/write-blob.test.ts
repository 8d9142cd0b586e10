import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { makeCodec } from '../../../src/compression/codec.js';
import type { CompressionSetting } from '../../../src/compression/setting.js';
import { digestLayer } from '../../../src/layer/digest.js';
import type { LayerContent } from '../../../src/layer/source.js';
import { digestOf } from '../../../src/oci/digest.js';
import { BlobTeams, type TimedBlob } from '../../../src/threads/blob-teams.js';
import type { WrittenBlob } from '../../../src/threads/blobs/write-blob.js';
import { Pool } from '../../../src/threads/pool.js';
import { blobBytes, compressWhole, makeBytes, SETTINGS, withContent } from '../../support/blobs.js';
import { layerBytes, makeStore, scan, specOf } from '../../support/layers.js';
import { withTempDir } from '../../support/temp-dir.js';

const GZIP = { kind: 'gzip', level: 6 } as const;
const THREADS = 7;
const pool = new Pool(THREADS);
const blobs = new BlobTeams(pool, pool.threads);
after(() => pool.close());

for (const setting of SETTINGS) {
  test(`${setting.kind}:${setting.level} gives the same blob on any number of threads`, () =>
    withTempDir(async (directory) => {
      const { blockSize } = makeCodec(setting);
      const bytes = blobBytes(blockSize, setting.kind === 'gzip' ? 20 : 3);
      await fc.assert(
        fc.asyncProperty(bytes, fc.constantFrom(1, 2, 3, THREADS), async (tar, threads) => {
          const expected = compressWhole(setting, tar);
          await withContent(join(directory, 'tar'), tar, async (content) => {
            const { blob, value, hashed } = await write(directory, {
              content,
              compression: setting,
              threads,
            });
            assert.ok(blob.equals(expected));
            assert.deepEqual(value, {
              digest: digestOf(expected),
              size: expected.length,
              diffId: digestOf(tar),
              compression: setting.kind,
            });
            assert.equal(hashed, tar.length);
          });
        }),
        { numRuns: setting.level === 19 ? 3 : 20 },
      );
    }));
}

test('what is not compressed is its own blob', () =>
  withTempDir(async (directory) => {
    for (const size of [0, 1, 3_000_000]) {
      const tar = makeBytes({ size, seed: 1, noise: 0.3 });
      await withContent(join(directory, 'tar'), tar, async (content) => {
        const { blob, value, hashed } = await write(directory, {
          content,
          compression: { kind: 'none' },
          threads: 2,
        });
        assert.ok(blob.equals(tar));
        assert.deepEqual(value, { digest: digestOf(tar), size, diffId: digestOf(tar), compression: 'none' });
        assert.equal(hashed, size);
      });
    }
  }));

test('a layer of trees is compressed with no more threads than there are blocks', () =>
  withTempDir(async (directory) => {
    writeFileSync(join(makeStore(directory), 'x'), makeBytes({ size: 700_000, seed: 2, noise: 0.3 }));
    const content = scan(specOf(directory, ['x']));
    const { blob, value, helping } = await write(directory, {
      content,
      compression: GZIP,
      threads: THREADS,
    });
    assert.ok(blob.equals(compressWhole(GZIP, layerBytes(content))));
    assert.equal(value.diffId, await digestLayer(content));
    // Fewer, if the first thread was quick.
    assert.ok(helping.length <= 2, `${helping.length} threads helped`);
  }));

test('a base layer that is gzipped stays as it is; one that is not is compressed as any other', () =>
  withTempDir(async (directory) => {
    const tar = makeBytes({ size: 3_000_000, seed: 3, noise: 0.3 });
    const gzip = gzipSync(tar, { level: 1 });
    const [digest, diffId] = [digestOf(gzip), digestOf(tar)];
    for (const threads of [1, 2]) {
      await withContent(join(directory, 'gzip'), gzip, async (content) => {
        const given = { compression: GZIP, threads };
        const found = await write(directory, { content: { ...content, form: 'gzip' }, ...given });
        assert.deepEqual(found.value, { digest, size: gzip.length, diffId, compression: 'gzip' });
        assert.ok(found.blob.equals(gzip));
        assert.equal(found.hashed, gzip.length);
        // A layer of our own is its bytes, whatever they begin with.
        const own = await write(directory, { content, ...given });
        assert.equal(own.value.diffId, digest);
      });
      await withContent(join(directory, 'tar'), tar, async (content) => {
        const { blob } = await write(directory, { content, compression: GZIP, threads });
        assert.ok(blob.equals(compressWhole(GZIP, tar)));
      });
    }
  }));

interface Written extends TimedBlob<WrittenBlob> {
  readonly blob: Buffer;
  /** Bytes, as progress counts them. */
  readonly hashed: number;
}

async function write(
  directory: string,
  { content, ...options }: { content: LayerContent; compression: CompressionSetting; threads: number },
): Promise<Written> {
  const path = join(directory, 'blob');
  const cell = new BigInt64Array(new SharedArrayBuffer(8));
  const written = await blobs.write(content, { ...options, place: { path }, hashed: cell });
  const blob = readFileSync(path);
  rmSync(path);
  return { ...written, blob, hashed: Number(cell[0]) };
}
