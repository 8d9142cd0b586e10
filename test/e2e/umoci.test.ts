import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.js';
import { type Image, Images } from './images.js';
import { COMPRESSIONS, ociLayout } from './oci.js';
import { run } from './run.js';
import { needs } from './tools.js';
import { assertSameTree, expectCurrent, expectFirst, readTree } from './tree-facts.js';

describe('umoci', needs('umoci', 'skopeo', 'nix-store', 'tar', 'busybox'), () => {
  const dir = tempDir({ after });
  const images = new Images(dir);

  before(() => images.fill());

  it('unpacks an image of the current kind of conf to what is in the store', async () => {
    const rootfs = await unpack(await images.current('current'), dir);
    assertSameTree(readTree(rootfs, { as: '' }), expectCurrent(images));
    await assertRuns(rootfs, images.paths.busybox);
  });

  it('unpacks an image of the first kind of conf to what is in the store', async () => {
    const rootfs = await unpack(await images.first('first'), dir);
    assertSameTree(readTree(rootfs, { as: '' }), expectFirst(images));
    await assertRuns(rootfs, images.paths.busybox);
  });

  it('unpacks an image that was made in a single pass to what is in the store', async () => {
    const rootfs = await unpack(await images.singlePass('single-pass'), dir);
    assertSameTree(readTree(rootfs, { as: '' }), expectFirst(images));
  });

  for (const compression of COMPRESSIONS) {
    it(`unpacks a layout to what is in the store, ${compression}`, async () => {
      const layout = await ociLayout(await images.current(`oci-${compression}`), { compression });
      const bundle = join(dir, `${compression}-bundle`);
      await run(['umoci', 'unpack', '--image', `${layout}:e2e`, bundle]);
      assertSameTree(readTree(join(bundle, 'rootfs'), { as: '' }), expectCurrent(images));
    });
  }
});

/** Gives the unpacked root. */
async function unpack({ archive, tag }: Image, dir: string): Promise<string> {
  const layout = join(dir, `${tag.replace(':', '-')}-layout`);
  const bundle = join(dir, `${tag.replace(':', '-')}-bundle`);
  await run(['skopeo', '--insecure-policy', 'copy', '--quiet', `docker-archive:${archive}`, `oci:${layout}:latest`]);
  await run(['umoci', 'unpack', '--image', `${layout}:latest`, bundle]);
  return join(bundle, 'rootfs');
}

async function assertRuns(rootfs: string, busybox: string): Promise<void> {
  const direct = await run(['chroot', rootfs, `${busybox}/bin/busybox`, 'echo', 'hi']);
  assert.equal(direct.stdout, 'hi\n');
  const shell = await run([
    'chroot',
    rootfs,
    '/bin/sh',
    '-c',
    'for i in 1 2; do echo $i; done; test -u /bin || id -un',
  ]);
  assert.equal(shell.stdout, '1\n2\nroot\n');
}
