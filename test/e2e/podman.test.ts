import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { NEWER_NODE, requireNewerNode } from '../support/newer-node.js';
import { tempDir } from '../support/temp-dir.js';
import { type Image, Images } from './images.js';
import { compressed } from './layerstream.js';
import { COMPRESSIONS, ociArchive, ociLayout } from './oci.js';
import { type Command, run, runPiped } from './run.js';
import { needs } from './tools.js';
import { assertSameTree, expectCurrent, expectFirst, type Facts, readTree } from './tree-facts.js';

describe('podman', needs('podman', 'nix-store', 'tar', 'busybox', 'bash'), () => {
  const dir = tempDir({ after });
  const images = new Images(dir);

  before(() => images.fill());

  const podman = (...args: string[]): Command => {
    const places = ['--root', join(dir, 'podman'), '--runroot', join(dir, 'podman-run')];
    return ['podman', ...places, '--storage-driver', 'vfs', ...args];
  };
  const assertLoaded = async ({ tag, imageId, diffIds }: Image): Promise<void> => {
    const format = '{{.Id}} {{json .RootFS.Layers}}';
    const { stdout } = await run(podman('image', 'inspect', '--format', format, tag));
    assert.equal(stdout.trim(), `${imageId.replace('sha256:', '')} ${JSON.stringify(diffIds)}`);
  };

  it('loads an image of the current kind of conf from a file', async () => {
    const image = await images.current('current');
    await run(podman('load', '--quiet', '-i', image.archive));
    await assertLoaded(image);
    const { stdout } = await run(podman('image', 'mount', image.tag));
    assertMounted(stdout.trim(), expectCurrent(images));
  });

  it('loads an image of the first kind of conf from a pipe', async () => {
    const image = await images.first('first');
    await runPiped(image.stream, podman('load', '--quiet'));
    await assertLoaded(image);
    const { stdout } = await run(podman('image', 'mount', image.tag));
    assertMounted(stdout.trim(), expectFirst(images));
  });

  it('loads an image that was made in a single pass from a pipe', async () => {
    const image = await images.singlePass('single-pass');
    await runPiped(image.stream, podman('load', '--quiet'));
    await assertLoaded(image);
  });

  for (const kind of ['gzip', 'zstd'] as const) {
    it(`loads a compressed image from a pipe, ${kind}`, async (t) => {
      if (kind === 'zstd' && !requireNewerNode(t)) return;
      const image = await images.current(`compressed-${kind}`);
      await runPiped(compressed(image, { kind }), podman('load', '--quiet'));
      await assertLoaded(image);
    });
  }

  for (const compression of [...COMPRESSIONS, 'zstd']) {
    it(`pulls a layout, ${compression}`, async (t) => {
      const node = compression === 'zstd' ? NEWER_NODE : undefined;
      if (compression === 'zstd' && !requireNewerNode(t)) return;
      const image = await images.current(`oci-${compression}`);
      // Podman takes names of lower case only, and those of layouts are paths.
      const link = join(tmpdir(), `layerstream-test-${randomUUID()}`);
      symlinkSync(await ociLayout(image, { compression, node }), link);
      try {
        const { stdout } = await run(podman('pull', '--quiet', `oci:${link}:e2e`));
        await assertLoaded({ ...image, tag: stdout.trim() });
      } finally {
        rmSync(link);
      }
      const { stdout } = await run(podman('image', 'mount', image.imageId.replace('sha256:', '')));
      assertMounted(stdout.trim(), expectCurrent(images));
    });
  }

  for (const format of ['docker-archive', 'oci-archive', 'oci-dir']) {
    it(`saves an image to build upon, ${format}`, async () => {
      const base = await images.first(`base-${format}`);
      await run(podman('load', '--quiet', '-i', base.archive));
      const from = join(dir, `saved-${format}`);
      await run(podman('save', '--quiet', '--format', format, '--output', from, base.tag));
      const image = await images.current(`upon-${format}`, { from_image: from });
      await runPiped(image.stream, podman('load', '--quiet'));
      await assertLoaded(image);
      assert.deepEqual(image.diffIds.slice(0, base.diffIds.length), base.diffIds);
      const { stdout } = await run(podman('image', 'mount', image.tag));
      assert.ok(readTree(stdout.trim(), { as: '' }).size > 0);
    });
  }

  it('loads an archive of a layout', async () => {
    const image = await images.first('packed-layout');
    await run(podman('load', '--quiet', '-i', await ociArchive(image, { compression: 'gzip' })));
    await assertLoaded(image);
  });
});

function assertMounted(at: string, expected: Facts): void {
  const found = readTree(at, { as: '' });
  // Podman touches the root of what it mounts.
  for (const facts of [found, expected]) facts.set('/', facts.get('/')?.replace(/ at \d+$/, '') ?? '');
  assertSameTree(found, expected);
}
