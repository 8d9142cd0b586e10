import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarizeLayout } from '../../src/api/summarize-layout.js';
import { openLayout } from '../../src/layout/layout.js';
import { layerMediaType } from '../../src/oci/media-types.js';
import { storeImage } from '../../src/pipeline/store-image.js';
import { writeOciLayout } from '../../src/sinks/oci-layout.js';
import { Threads } from '../../src/threads/threads.js';
import { makeImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

test('each layer of the summary has the descriptor and the outcome of its blob, in order', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [40_000, 10]);
    const layout = await openLayout(`${root}/layout`);
    const threads = new Threads({ workers: 1 });
    try {
      const workshop = { threads, cacheDirectory: undefined };
      const { built, summary } = await storeImage({ conf }, { workshop, options: { storeRoot } }, (image) =>
        writeOciLayout(image, layout, { names: [], compression: { kind: 'gzip', level: 1 } }),
      );
      const summarized = summarizeLayout({ built, summary }, built.targets);
      assert.equal(summarized.manifest, built.manifest);
      assert.deepEqual(
        summarized.layers,
        summary.layers.map((layer, i) => {
          const { digest, size, outcome } = built.layers[i] ?? assert.fail();
          return { ...layer, descriptor: { mediaType: layerMediaType('gzip'), digest, size }, outcome };
        }),
      );
      assert.equal(summarized.layers.length, 3);
      assert.throws(
        () => summarizeLayout({ built, summary: { ...summary, layers: [] } }, []),
        /layer 1 has no summary/,
      );
    } finally {
      await threads.close();
    }
  }));
