/** The conformance cases as OCI layouts: the same layers and the same config as in archives. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { writeLayout } from '../../src/api/functions.js';
import type { CompressionSetting } from '../../src/compression/setting.js';
import { parseConf } from '../../src/config/parse.js';
import { digestOf } from '../../src/oci/digest.js';
import { readLayout } from '../support/layouts.js';
import { tempDir } from '../support/temp-dir.js';
import { type GoldenCase, layOut, readCases } from './case.js';

const NONE: CompressionSetting = { kind: 'none' };
const GZIP: CompressionSetting = { kind: 'gzip', level: 1 };

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

describe('conformance of layouts', () => {
  for (const golden of readCases()) {
    // Compression does not depend on the case, except where there is a base image.
    const compresses = golden.baseImageGzipBase64 !== undefined || golden.name === 'sizes';
    for (const compression of compresses ? [NONE, GZIP] : [NONE]) {
      it(`${golden.name}, ${compression.kind}`, (t) => check(t, golden, compression));
    }
  }
});

async function check(t: TestContext, golden: GoldenCase, compression: CompressionSetting): Promise<void> {
  const storeRoot = tempDir(t);
  const layout = join(tempDir(t), 'layout');
  const { conf } = parseConf(layOut(golden, storeRoot));
  const { imageId } = await writeLayout(conf, layout, { storeRoot, compression, workers: 2, tags: ['golden'] });

  const { expect } = golden;
  assert.equal(imageId, expect.imageId);
  const { blobs, reached } = readLayout(layout);
  assert.deepEqual(blobs, reached);
  const read = ({ digest }: Descriptor): Buffer => readFileSync(join(layout, 'blobs', digest.replace(':', '/')));
  const [entry] = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests;
  const { config, layers } = JSON.parse(read(entry).toString());
  assert.equal(config.digest, expect.imageId);
  assert.equal(read(config).toString(), expect.configJson);
  const tars = layers.map((layer: Descriptor) => {
    const { mediaType } = layer;
    if (mediaType.endsWith('.tar')) return read(layer);
    assert.match(mediaType, /\.tar\+gzip$/);
    return gunzipSync(read(layer));
  });
  assert.deepEqual(
    tars.map((tar: Buffer) => ({ diffId: digestOf(tar), size: tar.length })),
    expect.layers.map(({ diffId, size }) => ({ diffId, size })),
  );
}
