import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../src/oci/digest.js';
import type { VerifyProgress } from '../../src/verify/progress.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { dockerMembers, type Member, makeArchive, streamOf } from '../support/archives.js';
import { tempDir } from '../support/temp-dir.js';

const LAYERS = [Buffer.from('one'), Buffer.from('two')];
const [ONE, TWO] = [digestOf(Buffer.from('one')), digestOf(Buffer.from('two'))];
const { layers, config, manifest } = dockerMembers({ layers: LAYERS });
const GOOD = [...layers, config, manifest];
const NAMES = layers.map(({ name }) => name);
const IMAGE_ID = `sha256:${config.name.slice(0, 64)}`;

test('a good archive has no mismatch, in chunks of any size, plain or gzipped', async () => {
  const bytes = await makeArchive(GOOD);
  for (const archive of [bytes, gzipSync(bytes)]) {
    for (const chunkSize of [1, 513, 65536]) {
      assert.deepEqual(await verifyArchive(streamOf(archive, chunkSize)), {
        ok: true,
        formats: ['docker-archive'],
        images: [
          {
            names: ['app:1'],
            imageId: IMAGE_ID,
            manifest: undefined,
            indexes: [],
            platform: 'linux/amd64',
            layers: [
              { name: NAMES[0], digest: ONE, diffId: ONE, size: 3, compressedSize: 3, mediaType: undefined },
              { name: NAMES[1], digest: TWO, diffId: TWO, size: 3, compressedSize: 3, mediaType: undefined },
            ],
          },
        ],
        entries: 4,
        mismatches: [],
        unchecked: [],
        notes: [],
      });
    }
  }
});

test('a file gives what a stream of it gives, with any number of threads, also where nothing is in order', async (t) => {
  const directory = tempDir(t);
  const large = Array.from({ length: 5 }, (_, i) => Buffer.alloc(3_000_000, `layer ${i}`));
  const parts = dockerMembers({ layers: large });
  const folder = { name: 'd/', type: 'directory' } as const;
  const link: Member = { name: 'd/link', type: 'symlink', linkname: '../manifest.json' };
  const bytes = await makeArchive([parts.manifest, folder, ...parts.layers, link, parts.config, ...layers]);
  const expected = await verifyArchive(streamOf(bytes));
  assert.ok(expected.ok);
  for (const content of [bytes, gzipSync(bytes)]) {
    const path = join(directory, 'image.tar');
    writeFileSync(path, content);
    for (const workers of [1, 2, 7]) assert.deepEqual(await verifyArchive(path, { workers }), expected);
  }
});

test('a file that is cut is an error, wherever it is cut', async (t) => {
  const path = join(tempDir(t), 'image.tar');
  const bytes = await makeArchive([...dockerMembers({ layers: [Buffer.alloc(300_000, 'x')] }).layers, manifest]);
  for (const length of [700, 200_000, 300_500]) {
    writeFileSync(path, bytes.subarray(0, length));
    await assert.rejects(verifyArchive(path), {
      code: 'ARCHIVE_INVALID',
      message: `${path} is not a whole tar archive: Unexpected end of data`,
    });
  }
});

test('a listener is told how many bytes were read, and what it throws ends the verification', async () => {
  const bytes = await makeArchive(GOOD);
  const open = new PassThrough();
  open.write(bytes);
  const fault = new Error('enough');
  const seen = await new Promise<VerifyProgress>((resolve, reject) => {
    const onProgress = (progress: VerifyProgress): void => {
      if (progress.read < bytes.length) return;
      resolve(progress);
      throw fault;
    };
    assert.rejects(verifyArchive(open, { onProgress }), fault).catch(reject);
  });
  open.destroy();
  assert.deepEqual(seen, { read: bytes.length, total: undefined });
});

test('an impossible number of threads is refused', async (t) => {
  const path = join(tempDir(t), 'image.tar');
  writeFileSync(path, await makeArchive(GOOD));
  for (const workers of [0, 1.5, 2000]) await assert.rejects(verifyArchive(path, { workers }), { code: 'USAGE' });
});

test('an archive that cannot be read to its end is an error', async () => {
  const bytes = await makeArchive(GOOD);
  await assert.rejects(verifyArchive(streamOf(bytes.subarray(0, 1000))), { code: 'ARCHIVE_INVALID' });
  await assert.rejects(verifyArchive(streamOf(gzipSync(bytes).subarray(0, 100))), { code: 'ARCHIVE_INVALID' });
  await assert.rejects(verifyArchive(streamOf(Buffer.from([0x04, 0x22, 0x4d, 0x18, 0, 0])), { name: 'my.tar' }), {
    code: 'INPUT_INVALID',
    message: /^my\.tar is compressed with lz4/,
  });
});
