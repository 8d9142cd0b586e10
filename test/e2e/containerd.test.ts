import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.js';
import { Daemon } from './daemon.js';
import { type Image, Images } from './images.js';
import { COMPRESSIONS, ociArchive } from './oci.js';
import { type Command, run, runPiped } from './run.js';
import { needs } from './tools.js';

describe('containerd', needs('containerd', 'ctr', 'setpriv', 'nix-store', 'tar', 'busybox', 'bash'), () => {
  const images = new Images(tempDir({ after }));
  const daemon = new Daemon();
  const ctr = (...args: string[]): Command => ['ctr', '--address', join(daemon.directory, 'socket'), ...args];

  before(async () => {
    await images.fill();
    const config = join(daemon.directory, 'config.toml');
    writeFileSync(config, configIn(daemon.directory));
    await daemon.start(['containerd', '--config', config], ctr('version'));
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

/** Apart from any other containerd, and without what needs a network (containerd-config.toml(5)). */
function configIn(directory: string): string {
  return [
    'version = 2',
    `root = "${directory}/root"`,
    `state = "${directory}/state"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    '[grpc]',
    `address = "${directory}/socket"`,
    '',
  ].join('\n');
}
