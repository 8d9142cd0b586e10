import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.js';
import { Daemon } from './daemon.js';
import { dockerd } from './dockerd.js';
import { type Image, Images } from './images.js';
import { compressed, layerstream } from './layerstream.js';
import { COMPRESSIONS, ociArchive } from './oci.js';
import { type Command, run, runPiped } from './run.js';
import { needs } from './tools.js';

describe('docker', needs('docker', 'dockerd', 'setpriv', 'nix-store', 'tar', 'gzip', 'busybox', 'bash'), () => {
  const dir = tempDir({ after });
  const images = new Images(dir);
  const daemon = new Daemon();
  const host = `unix://${join(daemon.directory, 'socket')}`;
  const docker = (...args: string[]): Command => ['docker', '--host', host, ...args];

  before(async () => {
    await images.fill();
    await daemon.start(dockerd(daemon.directory, { host, storage: 'vfs' }), docker('version'));
  });
  after(() => daemon.stop());

  const pipeInto = async (image: Image, command: Command): Promise<void> => {
    await runPiped(image.stream, command);
  };
  const inspect = async ({ tag }: Image): Promise<DockerImage> => {
    const { stdout } = await run(docker('image', 'inspect', tag));
    return JSON.parse(stdout)[0];
  };
  const assertLoaded = async (image: Image): Promise<void> => {
    const { Id, RootFS } = await inspect(image);
    assert.equal(Id, image.imageId);
    assert.deepEqual(RootFS.Layers, image.diffIds);
  };

  it('loads an image of the current kind of conf from a pipe', async () => {
    const image = await images.current('current');
    await pipeInto(image, docker('load', '--quiet'));
    await assertLoaded(image);
  });

  it('loads an image of the first kind of conf from a pipe', async () => {
    const image = await images.first('first');
    await pipeInto(image, docker('load', '--quiet'));
    await assertLoaded(image);
  });

  it('loads an image that was made in a single pass from a pipe', async () => {
    const image = await images.singlePass('single-pass');
    await pipeInto(image, docker('load', '--quiet'));
    await assertLoaded(image);
  });

  it('loads a compressed image from a pipe', async () => {
    const image = await images.current('compressed');
    await runPiped(compressed(image, { kind: 'gzip' }), docker('load', '--quiet'));
    await assertLoaded(image);
  });

  for (const compression of COMPRESSIONS) {
    it(`loads an archive of a layout, ${compression}`, async () => {
      const image = await images.current(`oci-${compression}`);
      await run(docker('load', '--quiet', '--input', await ociArchive(image, { compression })));
      await assertLoaded(image);
    });
  }

  it('saves an image that verifies', async () => {
    const image = await images.current('saved');
    await pipeInto(image, docker('load', '--quiet'));
    const { stdout } = await runPiped(docker('save', image.tag), layerstream('verify', '-'));
    assert.match(stdout, new RegExp(`^${image.tag}  linux/\\w+  ${image.diffIds.length} layers`, 'm'));
    assert.match(stdout, new RegExp(`^image ID  ${image.imageId}$`, 'm'));
  });

  for (const gzipped of [false, true]) {
    it(`saves an image to build upon${gzipped ? ', gzipped' : ''}`, async () => {
      const name = gzipped ? 'gzipped' : 'plain';
      const base = await images.first(`base-${name}`);
      await pipeInto(base, docker('load', '--quiet'));
      const from = join(dir, `${name}-saved`);
      await run(docker('save', '--output', from, base.tag));
      if (gzipped) await run(['gzip', '--fast', '--suffix', '.gz', from]);

      const config = { Env: ['OWN=1', 'NAME=upon'] };
      const image = await images.current(`upon-${name}`, { from_image: gzipped ? `${from}.gz` : from, config });
      assert.deepEqual(image.diffIds.slice(0, base.diffIds.length), base.diffIds);
      await run(layerstream('verify', image.archive));
      await pipeInto(image, docker('load', '--quiet'));
      await assertLoaded(image);
      const { Config } = await inspect(image);
      assert.deepEqual(Config.Env, ['PATH=/bin', 'NAME=upon', 'OWN=1']);
    });
  }
});

/** The part of what `docker image inspect` prints that is needed here. */
interface DockerImage {
  readonly Id: string;
  readonly RootFS: { readonly Layers: readonly string[] };
  readonly Config: { readonly Env: readonly string[] };
}
