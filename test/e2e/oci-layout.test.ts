import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Layout, openLayout } from '../../src/layout/layout.js';
import { makeImageConfig } from '../../src/oci/config.js';
import { digestOf } from '../../src/oci/digest.js';
import type { ImageName } from '../../src/oci/image-name.js';
import { parseImageName } from '../../src/oci/image-name.js';
import { platformOf } from '../../src/oci/platform.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { addTextImage, putLayer, readLayout } from '../support/layouts.js';
import { tempDir } from '../support/temp-dir.js';
import { CONTAINERD_TOOLS, Containerd } from './containerd.js';
import { type Command, run } from './run.js';
import { needs } from './tools.js';

const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
const SKOPEO = ['skopeo', '--insecure-policy'] as const;

describe('a layout, with skopeo and umoci', needs('skopeo', 'umoci'), () => {
  const dir = tempDir({ after });
  const path = join(dir, 'layout');
  let imageId = '';
  before(async () => {
    imageId = await addImage(await openLayout(path), dir, ['app:1.2', 'app:stable']);
  });

  for (const tag of ['1.2', 'stable']) {
    it(`is found by the tag ${tag}`, async () => {
      const { stdout } = await run([...SKOPEO, 'inspect', `oci:${path}:${tag}`]);
      const { Architecture, Layers } = JSON.parse(stdout);
      assert.equal(Architecture, ARCHITECTURE);
      assert.equal(Layers.length, 2);
    });
  }

  it('is copied, which checks every digest', async () => {
    const to = join(dir, 'copied');
    await run([...SKOPEO, 'copy', '--quiet', `oci:${path}:1.2`, `dir:${to}`]);
    assert.equal(JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8')).config.digest, imageId);
  });

  it('is unpacked', async () => {
    const bundle = join(dir, 'bundle');
    await run(['umoci', 'unpack', '--image', `${path}:stable`, bundle]);
    assert.equal(readFileSync(join(bundle, 'rootfs/nix/store/a'), 'utf8'), 'text of a');
    assert.equal(readFileSync(join(bundle, 'rootfs/nix/store/b'), 'utf8'), 'text of b');
  });

  it('is the same image by a tag that another image had', async () => {
    const layout = await openLayout(join(dir, 'tags'));
    await addTextImage(layout, 'web:1', ['x']);
    const id = await addImage(layout, dir, ['app:1']);
    await run(['umoci', 'stat', '--image', `${layout.path}:1`]);
    const { stdout } = await run([...SKOPEO, 'inspect', '--raw', `oci:${layout.path}:1`]);
    assert.equal(JSON.parse(stdout).config.digest, id);
    assert.deepEqual(readLayout(layout.path).names, ['docker.io/library/web:1', 'docker.io/library/app:1']);
  });

  it('is changed by others while somebody builds', async () => {
    const layout = await openLayout(join(dir, 'shared'));
    await addImage(layout, dir, ['app:1']);
    const build = await layout.startBuild();
    await run(['umoci', 'tag', '--image', `${layout.path}:1`, '2']);
    await run([...SKOPEO, 'copy', '--quiet', `oci:${path}:1.2`, `oci:${layout.path}:by-skopeo`]);
    await run(['umoci', 'gc', '--layout', layout.path]);
    await run([...SKOPEO, 'inspect', `oci:${layout.path}:2`]);
    build.end();
    assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 0, bytes: 0 });
    const { stdout } = await run(['umoci', 'ls', '--layout', layout.path]);
    assert.deepEqual(stdout.trim().split('\n').sort(), ['1', '2', 'by-skopeo']);
  });

  it('may be of their making', async () => {
    const [byUmoci, bySkopeo] = [join(dir, 'by-umoci'), join(dir, 'by-skopeo')];
    await run(['umoci', 'init', '--layout', byUmoci]);
    await run([...SKOPEO, 'copy', '--quiet', `oci:${path}:1.2`, `oci:${bySkopeo}:theirs`]);
    for (const layout of [byUmoci, bySkopeo]) await addImage(await openLayout(layout), dir, ['app:ours']);
    for (const place of [`${byUmoci}:ours`, `${bySkopeo}:ours`, `${bySkopeo}:theirs`]) {
      await run([...SKOPEO, 'inspect', `oci:${place}`]);
    }
    const layout = await openLayout(bySkopeo);
    assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 0, bytes: 0 });
    await run([...SKOPEO, 'copy', '--quiet', `oci:${bySkopeo}:theirs`, `dir:${join(dir, 'theirs')}`]);
    assert.deepEqual(readdirSync(bySkopeo).sort(), ['blobs', 'index.json', 'oci-layout']);
  });
});

describe('a layout, with Podman', needs('podman'), () => {
  const dir = tempDir({ after });

  it('is loaded from an archive of it, by its full name', async () => {
    const path = join(dir, 'layout');
    const imageId = await addImage(await openLayout(path), dir, ['registry.example/team/app:1.2']);
    const places = ['--root', join(dir, 'podman'), '--runroot', join(dir, 'podman-run'), '--storage-driver', 'vfs'];
    await run(['podman', ...places, 'load', '--quiet', '-i', await archive(path, dir)]);
    const { stdout } = await run([
      'podman',
      ...places,
      'image',
      'inspect',
      '--format',
      '{{.Id}}',
      'registry.example/team/app:1.2',
    ]);
    assert.equal(`sha256:${stdout.trim()}`, imageId);
  });
});

describe('a layout, with containerd', needs(...CONTAINERD_TOOLS, 'tar'), () => {
  const dir = tempDir({ after });
  const daemon = new Containerd();
  const ctr = (...args: string[]): Command => daemon.ctr(...args);
  before(() => daemon.start());
  after(() => daemon.stop());

  it('is imported by full names', async () => {
    const path = join(dir, 'layout');
    await addImage(await openLayout(path), dir, ['app:1.2', 'registry.example/app:1.2']);
    assert.equal(existsSync(join(path, '.layerstream')), false);
    await run(ctr('images', 'import', '--snapshotter', 'native', await archive(path, dir)));
    const { stdout } = await run(ctr('images', 'ls', '-q'));
    assert.deepEqual(stdout.trim().split('\n').sort(), ['docker.io/library/app:1.2', 'registry.example/app:1.2']);
  });
});

/** An image of two layers, the second gzipped. Gives its ID. */
async function addImage(layout: Layout, dir: string, names: readonly string[]): Promise<string> {
  const root = join(dir, 'root');
  const store = makeStore(root);
  const tars = ['a', 'b'].map((name) => {
    writeFileSync(join(store, name), `text of ${name}`);
    return layerBytes(scan(specOf(root, [name])));
  });
  const config = makeImageConfig(
    { architecture: ARCHITECTURE, created: '2001-02-03T04:05:06Z', config: new Map() },
    tars.map((tar) => ({ diffId: digestOf(tar), paths: [] })),
  );
  const build = await layout.startBuild();
  try {
    const [plain = Buffer.alloc(0), other = Buffer.alloc(0)] = tars;
    const layers = [await putLayer(build, plain), await putLayer(build, gzipSync(other), 'gzip')];
    const prepared = await build.prepare({ config, layers, platform: platformOf({ architecture: ARCHITECTURE }) });
    await build.publish({ images: [prepared], names: names.map(named) });
  } finally {
    build.end();
  }
  return config.digest;
}

function named(text: string): ImageName {
  const name = parseImageName(text);
  assert.ok(name);
  return name;
}

async function archive(layout: string, dir: string): Promise<string> {
  const path = join(dir, 'archive.tar');
  await run(['tar', '-C', layout, '-cf', path, ...readdirSync(layout)]);
  return path;
}
