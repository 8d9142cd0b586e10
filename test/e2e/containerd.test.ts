import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.js';
import { CONTAINERD_TOOLS, Containerd } from './containerd.js';
import { type Image, Images } from './images.js';
import { COMPRESSIONS, ociArchive } from './oci.js';
import { type Command, run, runPiped } from './run.js';
import { needs } from './tools.js';

describe('containerd', needs(...CONTAINERD_TOOLS, 'setpriv', 'nix-store', 'tar', 'busybox', 'bash'), () => {
  const images = new Images(tempDir({ after }));
  const daemon = new Containerd();
  const ctr = (...args: string[]): Command => daemon.ctr(...args);

  before(async () => {
    await images.fill();
    await daemon.start();
  });
  after(() => daemon.stop());

  // Unpacking makes containerd check every diffID.
  const load: Command = ctr('images', 'import', '--snapshotter', 'native');
  const assertLoaded = async (image: Image): Promise<string[]> => {
    const { stdout: list } = await run(ctr('images', 'ls'));
    const row = list.split('\n').find((line) => line.split(/\s+/)[0]?.endsWith(`/${image.tag}`));
    const { stdout: manifest } = await run(ctr('content', 'get', row?.split(/\s+/)[2] ?? ''));
    const { config, layers } = JSON.parse(manifest);
    assert.equal(config.digest, image.imageId);
    assert.equal(layers.length, image.diffIds.length);
    return layers.map((layer: { digest: string }) => layer.digest);
  };

  it('imports an image of the current kind of conf from a file', async () => {
    const image = await images.current('current');
    await run([...load, image.archive]);
    assert.deepEqual(await assertLoaded(image), image.diffIds);
  });

  it('imports an image of the first kind of conf from a pipe', async () => {
    const image = await images.first('first');
    await runPiped(image.stream, [...load, '-']);
    assert.deepEqual(await assertLoaded(image), image.diffIds);
  });

  it('imports an image that was made in a single pass from a pipe', async () => {
    const image = await images.singlePass('single-pass');
    await runPiped(image.stream, [...load, '-']);
    assert.deepEqual(await assertLoaded(image), image.diffIds);
  });

  for (const compression of COMPRESSIONS) {
    it(`imports an archive of a layout, ${compression}`, async () => {
      const image = await images.current(`oci-${compression}`);
      await run([...load, await ociArchive(image, { compression })]);
      const layers = await assertLoaded(image);
      if (compression === 'none') assert.deepEqual(layers, image.diffIds);
    });
  }
});
