import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { NEWER_NODE, requireNewerNode } from '../support/newer-node.js';
import { tempDir } from '../support/temp-dir.js';
import { type Image, Images } from './images.js';
import { compressed, layerstream } from './layerstream.js';
import { COMPRESSIONS, ociArchive, ociLayout } from './oci.js';
import { type Command, run, runPiped } from './run.js';
import { needs } from './tools.js';

const COPY = ['skopeo', '--insecure-policy', 'copy', '--quiet'] as const;

describe('skopeo', needs('skopeo', 'nix-store', 'tar', 'busybox', 'bash'), () => {
  const dir = tempDir({ after });
  const images = new Images(dir);
  const built = new Map<string, Image>();

  before(async () => {
    await images.fill();
    built.set('current', await images.current('current'));
    built.set('first', await images.first('first'));
    built.set('single-pass', await images.singlePass('single-pass'));
  });

  for (const kind of ['current', 'first', 'single-pass']) {
    const image = (): Image => {
      const found = built.get(kind);
      assert.ok(found);
      return found;
    };

    it(`inspects an ${kind} image`, async () => {
      const { archive, diffIds } = image();
      const { stdout } = await run(['skopeo', 'inspect', `docker-archive:${archive}`]);
      const about = JSON.parse(stdout);
      assert.deepEqual(about.Layers, diffIds);
      assert.deepEqual(about.Env, ['PATH=/bin', `NAME=${kind}`]);
      assert.equal(about.Created, '2001-02-03T04:05:06Z');

      const config = await run(['skopeo', 'inspect', '--config', `docker-archive:${archive}`]);
      const { rootfs, history } = JSON.parse(config.stdout);
      assert.deepEqual(rootfs, { type: 'layers', diff_ids: diffIds });
      assert.equal(history.length, diffIds.length);
    });

    it(`copies an ${kind} image, from a file`, async () => {
      const to = join(dir, `${kind}-from-file`);
      await run([...COPY, `docker-archive:${image().archive}`, `dir:${to}`]);
      assertCopied(to, image());
    });

    // Skopeo opens an archive twice unless it is compressed.
    for (const compression of ['gzip', 'zstd'] as const) {
      it(`copies an ${kind} image, from a pipe in ${compression}`, async (t) => {
        if (compression === 'zstd' && !requireNewerNode(t)) return;
        const to = join(dir, `${kind}-from-${compression}`);
        const copyTo = (place: string): Command => [...COPY, 'docker-archive:/dev/stdin', place];
        const stream = compressed(image(), { kind: compression });
        await runPiped(stream, copyTo(`dir:${to}`));
        assertCopied(to, image());
        const layout = join(dir, `${kind}-from-${compression}-oci`);
        await runPiped(stream, copyTo(`oci:${layout}:copied`));
        // Skopeo writes the config anew.
        const { stdout } = await run(['skopeo', 'inspect', '--config', `oci:${layout}:copied`]);
        assert.deepEqual(JSON.parse(stdout).rootfs.diff_ids, image().diffIds);
      });
    }
  }

  for (const compression of [...COMPRESSIONS, 'zstd']) {
    it(`inspects and copies a layout and an archive of it, ${compression}`, async (t) => {
      const node = compression === 'zstd' ? NEWER_NODE : undefined;
      if (compression === 'zstd' && !requireNewerNode(t)) return;
      const image = await images.current(`oci-${compression}`);
      const sources = [
        `oci:${await ociLayout(image, { compression, node })}:e2e`,
        `oci-archive:${await ociArchive(image, { compression, node })}`,
      ];
      for (const [i, source] of sources.entries()) {
        const { stdout } = await run(['skopeo', 'inspect', '--config', source]);
        assert.deepEqual(JSON.parse(stdout).rootfs.diff_ids, image.diffIds);
        const kept = join(dir, `oci-${compression}-${i}`);
        await run([...COPY, source, `dir:${kept}`]);
        assert.equal(JSON.parse(readFileSync(join(kept, 'manifest.json'), 'utf8')).config.digest, image.imageId);
        // Skopeo decompresses layers that it copies into a docker-archive. Older Skopeo does not do that for zstd.
        if (compression === 'zstd') continue;
        const to = join(dir, `oci-${compression}-${i}.tar`);
        await run([...COPY, source, `docker-archive:${to}:copied:1`]);
        const verified = await run(layerstream('verify', to));
        assert.match(verified.stdout, new RegExp(`^image ID  ${image.imageId}$`, 'm'));
      }
    });
  }

  it('finds an image by the tag that it has', async () => {
    const { archive, diffIds, tag } = await images.current('tagged');
    const { stdout } = await run(['skopeo', 'inspect', `docker-archive:${archive}:${tag}`]);
    assert.deepEqual(JSON.parse(stdout).Layers, diffIds);
    const { stdout: tags } = await run(['skopeo', 'list-tags', `docker-archive:${archive}`]);
    assert.match(tags, /tagged:e2e/);
  });
});

/** Skopeo has checked every diffID during the copy, and named the copies by their digests. */
function assertCopied(to: string, image: Image): void {
  const { config, layers } = JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8'));
  assert.equal(config.digest, image.imageId);
  assert.deepEqual(
    layers.map((layer: { digest: string }) => layer.digest),
    image.diffIds,
  );
}
