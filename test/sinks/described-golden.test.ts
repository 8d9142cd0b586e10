import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { describeImage } from '../../src/api/functions.js';
import { parseConf } from '../../src/config/parse.js';
import { parseDescription } from '../../src/describe/parse.js';
import { digestOf } from '../../src/oci/digest.js';
import { layOut, readCases, tagOf } from '../golden/case.js';
import { seedCache } from '../support/seed-cache.js';
import { tempDir } from '../support/temp-dir.js';

describe('the description of an image whose layers are known', () => {
  for (const golden of readCases()) {
    it(`is what nixpkgs' script makes: ${golden.name}`, async (t) => {
      const storeRoot = tempDir(t);
      const cacheDirectory = join(tempDir(t), 'cache');
      const { conf } = parseConf(layOut(golden, storeRoot), { repoTag: tagOf(golden) });
      await seedCache(cacheDirectory, { conf, storeRoot });
      const description = await describeImage(conf, { storeRoot, cacheDirectory, workers: 1 });
      const { layers, image } = description;
      assert.deepEqual(
        layers.map(({ size, diffId }) => ({ size, diffId: diffId?.digest })),
        golden.expect.layers.map(({ size, diffId }) => ({ size, diffId })),
      );
      assert.equal(image?.id, golden.expect.imageId);
      assert.equal(image.config.text, golden.expect.configJson);
      assert.equal(image.dockerManifest.text, golden.expect.manifestJson);
      for (const document of [image.config, image.dockerManifest, ...(image.ociManifest ? [image.ociManifest] : [])]) {
        const bytes = Buffer.from(document.text);
        assert.deepEqual([document.digest, document.size], [digestOf(bytes), bytes.length]);
      }
      assert.deepEqual(parseDescription(JSON.stringify(description)), description);
    });
  }
});
