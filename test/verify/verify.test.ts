import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../src/oci/digest.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { dockerMembers, makeArchive, streamOf } from '../support/archives.js';

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

test('an archive that cannot be read to its end is an error', async () => {
  const bytes = await makeArchive(GOOD);
  await assert.rejects(verifyArchive(streamOf(bytes.subarray(0, 1000))), { code: 'ARCHIVE_INVALID' });
  await assert.rejects(verifyArchive(streamOf(gzipSync(bytes).subarray(0, 100))), { code: 'ARCHIVE_INVALID' });
  await assert.rejects(verifyArchive(streamOf(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])), 'my.tar'), {
    code: 'INPUT_INVALID',
    message: /^my\.tar is compressed with xz/,
  });
});
