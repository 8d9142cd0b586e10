import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tempDir } from '../support/temp-dir.js';
import { Images } from './images.js';
import { layerstream } from './layerstream.js';
import { COMPRESSIONS, ociArchive, ociLayout, readManifest } from './oci.js';
import { run } from './run.js';
import { needs } from './tools.js';

describe('base images that skopeo wrote', needs('skopeo', 'nix-store', 'tar', 'gzip', 'xz', 'busybox'), () => {
  const dir = tempDir({ after });
  const images = new Images(dir);
  const saved = join(dir, 'saved.tar');
  let baseDiffIds: readonly string[] = [];

  before(async () => {
    await images.fill();
    const base = await images.first('base');
    baseDiffIds = base.diffIds;
    await skopeoCopy(`docker-archive:${base.archive}`, `docker-archive:${saved}:${base.tag}`);
  });

  const assertBuilds = async (name: string, from: string): Promise<void> => {
    const image = await images.current(name, { from_image: from });
    assert.deepEqual(image.diffIds.slice(0, baseDiffIds.length), baseDiffIds);
    await run(layerstream('verify', image.archive));

    // Skopeo has checked every diffID on its way.
    await skopeoCopy(`docker-archive:${image.archive}`, `dir:${join(dir, `${name}-copy`)}`);
    const { stdout } = await run(['skopeo', 'inspect', '--raw', `dir:${join(dir, `${name}-copy`)}`]);
    const { config, layers } = JSON.parse(stdout);
    assert.equal(config.digest, image.imageId);
    assert.deepEqual(
      layers.map((layer: { digest: string }) => layer.digest),
      image.diffIds,
    );
  };

  it('are built upon', () => assertBuilds('upon-plain', saved));

  it('are built upon, gzipped', async () => {
    await run(['gzip', '--fast', '--keep', saved]);
    await assertBuilds('upon-gzipped', `${saved}.gz`);
  });

  it('are built upon, in xz', async () => {
    await run(['xz', '-1', '--keep', saved]);
    await assertBuilds('upon-xz', `${saved}.xz`);
  });

  it('are built upon as a layout, and as an archive of one', async () => {
    const [layout, archive] = [join(dir, 'layout'), join(dir, 'layout.tar')];
    await skopeoCopy(`docker-archive:${saved}`, `oci:${layout}:1`);
    await assertBuilds('upon-layout', layout);
    await skopeoCopy(`docker-archive:${saved}`, `oci-archive:${archive}:1`);
    await assertBuilds('upon-oci-archive', `${archive}#1`);
  });

  for (const compression of COMPRESSIONS) {
    it(`have the right digests in a layout, ${compression}`, async () => {
      const image = await images.current(`laid-out-${compression}`, { from_image: saved });
      const layout = await ociLayout(image, { compression });
      const to = join(dir, `laid-out-${compression}-copy.tar`);
      await skopeoCopy(`oci:${layout}:e2e`, `docker-archive:${to}:copied:1`);
      const { stdout } = await run(layerstream('verify', to));
      assert.match(stdout, new RegExp(`^image ID  ${image.imageId}$`, 'm'));
      if (compression === 'none') {
        assert.deepEqual(
          readManifest(layout).layers.map(({ digest }) => digest),
          image.diffIds,
        );
      }
    });

    it(`whose layers are gzipped keep them as they are, ${compression}`, async () => {
      const base = await images.first(`packed-${compression}`);
      const from = await ociArchive(base, { compression: 'gzip' });
      const found = readManifest(await ociLayout(base, { compression: 'gzip' })).layers;
      const image = await images.current(`upon-packed-${compression}`, { from_image: from });
      assert.deepEqual(image.diffIds.slice(0, found.length), base.diffIds);
      const layout = await ociLayout(image, { compression });
      const { layers, config } = readManifest(layout);
      assert.equal(config.digest, image.imageId);
      assert.deepEqual(layers.slice(0, found.length), found);
      const to = join(dir, `upon-packed-${compression}.copy.tar`);
      await skopeoCopy(`oci:${layout}:e2e`, `docker-archive:${to}:copied:1`);
      const { stdout } = await run(layerstream('verify', to));
      assert.match(stdout, new RegExp(`^image ID  ${image.imageId}$`, 'm'));
    });
  }

  it('verify', async () => {
    const { stdout } = await run(layerstream('verify', saved));
    assert.match(stdout, /base:e2e {2}linux\/\w+ {2}4 layers/);
  });
});

function skopeoCopy(from: string, to: string): Promise<unknown> {
  return run(['skopeo', '--insecure-policy', 'copy', '--quiet', from, to]);
}
