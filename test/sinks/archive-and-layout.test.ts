import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ByteTarget } from '../../src/ground/byte-target.js';
import { openLayout } from '../../src/layout/layout.js';
import { parseImageName } from '../../src/oci/image-name.js';
import { streamImage } from '../../src/pipeline/stream-image.js';
import { writeArchiveAndLayout } from '../../src/sinks/archive-and-layout.js';
import type { LaidOut } from '../../src/sinks/oci-layout.js';
import { Threads } from '../../src/threads/threads.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { streamOf } from '../support/archives.js';
import { Collected } from '../support/collected.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { makeImage } from '../support/images.js';
import { readLayout } from '../support/layouts.js';
import { withTempDir } from '../support/temp-dir.js';

test('the archive is whole before the image is in the layout, and both are one image', ENDS_A_HANG, () =>
  withSinks(async (write, path) => {
    const target = new Collected();
    let published: readonly string[] | undefined;
    const { imageId } = await write(target, async () => {
      published = namesIn(path);
      assert.deepEqual((await verifyArchive(streamOf(target.bytes))).mismatches, []);
    });
    assert.deepEqual(published, []);
    const { names, blobs, reached } = readLayout(path);
    assert.deepEqual(names, ['docker.io/library/app:1']);
    assert.deepEqual(blobs, reached);
    const { images } = await verifyArchive(streamOf(target.bytes));
    assert.deepEqual(
      images.map((image) => image.imageId),
      [imageId],
    );
  }),
);

test('an archive that cannot be written, or made safe, leaves no image in the layout', ENDS_A_HANG, () =>
  withSinks(async (write, path) => {
    const failure = new Error('the disk is full');
    const fail = (): Promise<never> => Promise.reject(failure);
    await assert.rejects(
      write({ write: fail }, async () => {}),
      failure,
    );
    await assert.rejects(write(new Collected(), fail), failure);
    assert.deepEqual(namesIn(path), []);
    await write(new Collected(), async () => {});
    assert.equal(namesIn(path).length, 1);
  }),
);

type Write = (target: ByteTarget, onArchived: () => Promise<void>) => Promise<LaidOut>;

function withSinks(action: (write: Write, path: string) => Promise<void>): Promise<void> {
  return withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [40_000, 10]);
    const path = join(root, 'layout');
    const names = [parseImageName('app:1') ?? assert.fail()];
    await action(async (target, onArchived) => {
      const threads = new Threads({ workers: 1 });
      try {
        const workshop = { threads, cacheDirectory: undefined };
        const options = { storeRoot, storesAlong: true };
        const { built } = await streamImage({ conf }, { workshop, options }, async (image) => {
          const layout = await openLayout(path);
          return writeArchiveAndLayout(image, { target, layout }, { names, compression: { kind: 'none' }, onArchived });
        });
        return built;
      } finally {
        await threads.close();
      }
    }, path);
  });
}

function namesIn(path: string): readonly string[] {
  return existsSync(join(path, 'index.json')) ? readLayout(path).names : [];
}
