import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Conf } from '../../src/config/model.js';
import type { BuildSummary } from '../../src/events/events.js';
import { Deferred } from '../../src/ground/deferred.js';
import type { BlobSlot, BlobStore } from '../../src/image/blob-store.js';
import { digestOf } from '../../src/oci/digest.js';
import { storeImage } from '../../src/pipeline/store-image.js';
import { Threads } from '../../src/threads/threads.js';
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
      open: async (hint) => {
        if (++begun === 2) gate.resolve();
        return { ...(await store.open(hint)), commit: () => gate.promise };
      },
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
      open: async (hint) => ({
        ...(await store.open(hint)),
        commit: async () => {
          const turn = ++commits;
          // The first ends after the second, which fails.
          if (turn === 1) await gate.promise;
          ended++;
          if (turn === 2) setImmediate(() => gate.resolve());
          if (turn === 2) throw new Error('the disk is gone');
        },
      }),
    });
    await assert.rejects(building, /the disk is gone/);
    assert.equal(ended, commits);
  }),
);

interface Setup {
  readonly store: BlobStore;
  /** Builds three layers with one worker. */
  readonly build: (store: BlobStore) => Promise<BuildSummary>;
}

async function withStore(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [40_000, 30_000]);
    let files = 0;
    const store: BlobStore = {
      has: async () => false,
      open: async () => fileSlot(join(root, `blob-${files++}`)),
    };
    await action({ store, build: (used) => buildInto(used, { conf, storeRoot }) });
  });
}

function fileSlot(path: string): BlobSlot {
  return { place: { path }, commit: async () => rmSync(path), abort: async () => {} };
}

async function buildInto(
  store: BlobStore,
  { conf, storeRoot }: { readonly conf: Conf; readonly storeRoot: string },
): Promise<BuildSummary> {
  const threads = new Threads({ workers: 1 });
  try {
    const workshop = { threads, cacheDirectory: undefined };
    const { summary } = await storeImage({ conf }, { workshop, options: { storeRoot } }, async (image) => {
      const layers = await image.storeLayers(store, { compression: { kind: 'none' } });
      return { imageId: digestOf(Buffer.from('image')), diffIds: layers.map(({ diffId }) => diffId) };
    });
    return summary;
  } finally {
    await threads.close();
  }
}
