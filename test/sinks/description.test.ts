import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { layerKey } from '../../src/cache/key.js';
import type { Conf } from '../../src/config/model.js';
import { parseConf } from '../../src/config/parse.js';
import { stringifyJson } from '../../src/ground/json/stringify.js';
import { type Description, describeImage, writeLayout } from '../../src/index.js';
import { openInputs } from '../../src/inputs/inputs.js';
import { digestOf, hexOf } from '../../src/oci/digest.js';
import { dockerMembers, makeArchive } from '../support/archives.js';
import { factsOf, openCache } from '../support/cache.js';
import { CURRENT_KIND } from '../support/confs.js';
import { openDescriptors } from '../support/descriptors.js';
import { makeImage } from '../support/images.js';
import { seedCache } from '../support/seed-cache.js';
import { withTempDir } from '../support/temp-dir.js';

const BASE_LAYER = Buffer.alloc(5120, 'base layer ');
const READY_LAYER = Buffer.alloc(10_240);

/** An image of current nixpkgs' kind upon a base of one layer, and a directory for the cache. */
async function makeCurrent(
  root: string,
  baseLayer: Buffer = BASE_LAYER,
): Promise<{ conf: Conf; storeRoot: string; cacheDirectory: string }> {
  const { storeRoot, store } = makeImage(root, [1000, 20]);
  writeFileSync(join(store, 'custom/layer.tar'), READY_LAYER);
  writeFileSync(join(store, 'custom/checksum'), hexOf(digestOf(READY_LAYER)));
  const base = join(root, 'base.tar');
  const { layers, config, manifest } = dockerMembers({ layers: [baseLayer], diffIds: [digestOf(BASE_LAYER)] });
  writeFileSync(base, await makeArchive([...layers, config, manifest]));
  const text = JSON.stringify({
    ...CURRENT_KIND,
    from_image: base,
    store_layers: [['/nix/store/layer-0'], ['/nix/store/layer-1']],
    customisation_layer: '/nix/store/custom',
  });
  return { conf: parseConf(text).conf, storeRoot, cacheDirectory: join(root, 'cache') };
}

function evidence({ layers }: Description): (string | null)[] {
  return layers.map(({ diffId }) => diffId?.evidence ?? null);
}

test('layers are described with what they are made of, and the evidence of their digests', () =>
  withTempDir(async (root) => {
    const { conf, ...options } = await makeCurrent(root);
    await seedCache(options.cacheDirectory, { conf, storeRoot: root, layers: 1 });
    const description = await describeImage(conf, options);
    const announced = (bytes: Buffer) => ({ digest: digestOf(bytes), evidence: 'announced' });
    const name = `${hexOf(digestOf(BASE_LAYER))}/layer.tar`;
    const [, first] = description.layers;
    assert.equal(first?.diffId?.evidence, 'hashed');
    assert.deepEqual(description, {
      schemaVersion: 3,
      repoTags: ['app:1'],
      architecture: 'amd64',
      os: 'linux',
      created: '2024-05-06T07:08:09+00:00',
      conf: {
        config: stringifyJson(conf.config),
        storeDir: '/nix/store',
        customisation: { kind: 'tar', path: '/nix/store/custom' },
        fromImage: join(root, 'base.tar'),
        ownership: conf.ownership,
        archiveTime: conf.archiveTime,
      },
      layers: [
        { kind: 'base', name, paths: [], entries: null, size: 5120, diffId: announced(BASE_LAYER) },
        {
          kind: 'store',
          name: null,
          paths: ['/nix/store/layer-0'],
          pathSizes: [1536],
          entries: 1,
          size: 10_240,
          diffId: first.diffId,
        },
        {
          kind: 'store',
          name: null,
          paths: ['/nix/store/layer-1'],
          pathSizes: [1024],
          entries: 1,
          size: 10_240,
          diffId: null,
        },
        {
          kind: 'customisation',
          name: null,
          paths: ['/nix/store/custom'],
          entries: null,
          size: 10_240,
          diffId: announced(READY_LAYER),
        },
      ],
      entries: 2,
      size: 5120 + 3 * 10_240,
      image: null,
    });
  }));

test('nothing is hashed, and no cache is made', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot, store } = makeImage(root, [10]);
    // Without blocks on the disk; to read it would take hours.
    truncateSync(join(store, 'layer-0'), 2 ** 42);
    const description = await describeImage(conf, { storeRoot, cacheDirectory: join(root, 'cache') });
    assert.ok(description.size > 2 ** 42);
    assert.deepEqual(evidence(description), [null, null]);
    assert.deepEqual(
      description.layers.map(({ kind }) => kind),
      ['store', 'customisation'],
    );
    assert.deepEqual(readdirSync(root), ['nix']);
  }));

test('a file that changed since is not known any more', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot, store } = makeImage(root, [10, 20]);
    const options = { storeRoot, cacheDirectory: join(root, 'cache') };
    await seedCache(options.cacheDirectory, { conf, storeRoot });
    assert.deepEqual(evidence(await describeImage(conf, options)), ['hashed', 'hashed', 'hashed']);
    writeFileSync(join(store, 'layer-1'), 'of another size');
    assert.deepEqual(evidence(await describeImage(conf, options)), ['hashed', null, 'hashed']);
    assert.deepEqual(evidence(await describeImage(conf, { storeRoot })), [null, null, null]);
  }));

test('the OCI manifest is that of a layout without compression', () =>
  withTempDir(async (root) => {
    const { conf, ...options } = await makeCurrent(root);
    await seedCache(options.cacheDirectory, { conf, storeRoot: root });
    const { image } = await describeImage(conf, options);
    const { imageId } = await writeLayout(conf, join(root, 'layout'), { storeRoot: root });
    assert.equal(image?.id, imageId);
    assert.equal(image.ociManifest?.digest, manifestOf(join(root, 'layout')));
  }));

test("a base image's gzipped layer leaves the OCI manifest unknown until a layout took it", () =>
  withTempDir(async (root) => {
    const gzipped = gzipSync(BASE_LAYER);
    const { conf, ...options } = await makeCurrent(root, gzipped);
    await seedCache(options.cacheDirectory, { conf, storeRoot: root });
    const { imageId } = await writeLayout(conf, join(root, 'layout'), { storeRoot: root });
    const before = await describeImage(conf, options);
    assert.equal(before.image?.id, imageId);
    assert.equal(before.image.ociManifest, null);

    const inputs = await openInputs({ conf }, { storeRoot: root, source: 'conf' });
    const source = inputs.layers[0]?.source;
    inputs.close();
    assert.ok(source?.kind === 'tar' && source.content.form === 'gzip');
    const { content } = source;
    const blobs = new Map([['as found', { digest: digestOf(gzipped), size: gzipped.length }]]);
    const facts = { diffId: digestOf(BASE_LAYER), size: content.size, blobs };
    openCache(options.cacheDirectory).cache.store(layerKey(content), facts);
    const after = await describeImage(conf, options);
    assert.equal(after.image?.ociManifest?.digest, manifestOf(join(root, 'layout')));
    assert.equal(evidence(after)[0], 'hashed');
  }));

test('an announced digest is given even if a build has hashed another', () =>
  withTempDir(async (root) => {
    const { conf, ...options } = await makeCurrent(root);
    const inputs = await openInputs({ conf }, { storeRoot: root, source: 'conf' });
    inputs.close();
    const { source, announced } = inputs.layers.at(-1) ?? assert.fail();
    assert.ok(source.kind === 'tar');
    const { content } = source;
    openCache(options.cacheDirectory).cache.store(layerKey(content), {
      ...factsOf('another layer'),
      size: content.size,
    });
    const { layers } = await describeImage(conf, options);
    assert.deepEqual(layers.at(-1)?.diffId, { digest: announced?.diffId, evidence: 'announced' });
    assert.deepEqual(openDescriptors(root), []);
  }));

test('what cannot be an image is refused, and nothing stays open', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = await makeCurrent(root);
    await assert.rejects(describeImage(conf, { storeRoot, signal: AbortSignal.abort() }), { code: 'ABORTED' });
    await assert.rejects(describeImage(conf, { storeRoot, workers: 0 }), { code: 'USAGE' });
    await assert.rejects(describeImage(conf, { storeRoot: join(root, 'nowhere') }), { code: 'USAGE' });
    execFileSync('mkfifo', [join(root, 'nix/store/fifo')]);
    const odd = { ...conf, storeLayers: [['/nix/store/fifo']] };
    await assert.rejects(describeImage(odd, { storeRoot }), { code: 'FILE_UNSUPPORTED' });
    assert.deepEqual(openDescriptors(root), []);
  }));

function manifestOf(layout: string): string {
  const { manifests }: { manifests: { digest: string }[] } = JSON.parse(
    readFileSync(join(layout, 'index.json'), 'utf8'),
  );
  return manifests[0]?.digest ?? 'none';
}
