import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Conf } from '../../src/config/model.js';
import { Deferred } from '../../src/ground/deferred.js';
import type { BlobStore } from '../../src/image/image.js';
import { digestOf } from '../../src/oci/digest.js';
import { buildBlobs } from '../../src/pipeline/blob-build.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { makeImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

test('a thread goes on to the next layer while a blob is being committed', ENDS_A_HANG, () =>
  withStore(async ({ build, store }) => {
    const gate = new Deferred<void>();
    let begun = 0;
    const built = await build({
      ...store,
      // There is one worker: it begins the second blob only when the first is written.
      newBlobPath: () => {
        if (++begun === 2) gate.resolve();
        return store.newBlobPath();
      },
      commitBlob: () => gate.promise,
    });
    assert.equal(begun, 3);
    assert.equal(built.layers.length, 3);
  }),
);

test('a blob that cannot be committed ends the build with its error, when all commits have ended', ENDS_A_HANG, () =>
  withStore(async ({ build, store }) => {
    const gate = new Deferred<void>();
    let commits = 0;
    let ended = 0;
    const building = build({
      ...store,
      commitBlob: async () => {
        const turn = ++commits;
        // The first ends behind the second, which fails.
        if (turn === 1) await gate.promise;
        ended++;
        if (turn === 2) setImmediate(() => gate.resolve());
        if (turn === 2) throw new Error('the disk is gone');
      },
    });
    await assert.rejects(building, /the disk is gone/);
    assert.equal(ended, commits);
  }),
);

interface Setup {
  readonly store: BlobStore;
  /** Builds three layers with one worker. */
  readonly build: (store: BlobStore) => ReturnType<typeof buildBlobs>;
}

async function withStore(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [40_000, 30_000]);
    let files = 0;
    const store: BlobStore = {
      has: async () => false,
      newBlobPath: () => join(root, `blob-${files++}`),
      commitBlob: async (path) => rmSync(path),
    };
    await action({ store, build: (used) => buildInto(used, { conf, storeRoot }) });
  });
}

function buildInto(
  store: BlobStore,
  { conf, storeRoot }: { readonly conf: Conf; readonly storeRoot: string },
): ReturnType<typeof buildBlobs> {
  return buildBlobs(
    conf,
    async ({ writeBlobs }) => {
      const layers = await writeBlobs(store);
      return { imageId: digestOf(Buffer.from('image')), diffIds: layers.map(({ diffId }) => diffId) };
    },
    { storeRoot, workers: 1 },
  );
}
