import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Image } from '../../src/image/image.js';
import { openLayout } from '../../src/layout/layout.js';
import { parseImageName } from '../../src/oci/image-name.js';
import { storeImage } from '../../src/pipeline/store-image.js';
import { type LaidOut, type LayoutSinkOptions, writeOciLayout } from '../../src/sinks/oci-layout.js';
import { Threads } from '../../src/threads/threads.js';
import { makeImage } from '../support/images.js';
import { readLayout } from '../support/layouts.js';
import { withTempDir } from '../support/temp-dir.js';

test('all of the image is in the layout before its entry in the index, and then all of it is reached', () =>
  withLayout(async (write, path) => {
    let isPublished: boolean | undefined;
    const beforePublish = async (): Promise<void> => {
      isPublished = existsSync(join(path, 'index.json')) && readLayout(path).names.length > 0;
    };
    const { layers, diffIds } = await write({ beforePublish });
    assert.equal(isPublished, false);
    const { names, blobs, reached } = readLayout(path);
    assert.deepEqual(names, ['docker.io/library/app:1']);
    assert.deepEqual(blobs, reached);
    assert.deepEqual(
      layers.map(({ diffId, outcome }) => [diffId, outcome]),
      diffIds.map((diffId) => [diffId, 'written']),
    );
  }));

test('an image that is there already is put there again, and nothing changes', () =>
  withLayout(async (write, path) => {
    const first = await write({});
    const before = readLayout(path);
    const warnings: string[] = [];
    const again = await write({ onWarning: (message) => warnings.push(message) });
    assert.deepEqual(readLayout(path), before);
    assert.deepEqual(again.manifest, first.manifest);
    assert.deepEqual(warnings, []);
  }));

test('a failure before the index is passed on, and leaves the layout without the image', () =>
  withLayout(async (write, path) => {
    await write({});
    const { names } = readLayout(path);
    const failure = new Error('the archive is full');
    const name = parseImageName('other:1') ?? assert.fail();
    await assert.rejects(write({ names: [name], beforePublish: () => Promise.reject(failure) }), failure);
    assert.deepEqual(readLayout(path).names, names);
    const warnings: string[] = [];
    await write({ names: [name], onWarning: (message) => warnings.push(message) });
    assert.deepEqual(warnings, [`${names[0]} is still in the layout, but lost the name 1 to this image`]);
    assert.deepEqual(readLayout(path).names, [...names, 'docker.io/library/other:1']);
  }));

type Write = (options: Partial<LayoutSinkOptions>) => Promise<LaidOut>;

/** A layout, and what puts one image of three layers into it. */
function withLayout(action: (write: Write, path: string) => Promise<void>): Promise<void> {
  return withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [40_000, 10]);
    const path = join(root, 'layout');
    const names = [parseImageName('app:1') ?? assert.fail()];
    const write: Write = async (options) => {
      const threads = new Threads({ workers: 1 });
      const layout = await openLayout(path);
      const sink = (image: Image): Promise<LaidOut> =>
        writeOciLayout(image, layout, { names, compression: { kind: 'none' }, ...options });
      try {
        const workshop = { threads, cacheDirectory: undefined };
        return (await storeImage({ conf }, { workshop, options: { storeRoot } }, sink)).built;
      } finally {
        await threads.close();
      }
    };
    await action(write, path);
  });
}
