import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deferred } from '../../src/ground/deferred.js';
import type { Image, Layer } from '../../src/image/image.js';
import { makeImageConfig } from '../../src/oci/config.js';
import { type Digest, digestOf, hexOf } from '../../src/oci/digest.js';
import { writeDockerArchive } from '../../src/sinks/docker-archive.js';
import { readArchive } from '../../src/tar/archive.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { streamOf } from '../support/archives.js';
import { Collected } from '../support/collected.js';

const BY_DIGEST = { naming: 'digest' } as const;

test('the archive has the layers in order, then the config, then the manifest, and all it claims holds', async () => {
  const target = new Collected();
  const image = imageOf([layerOf('one'), { ...layerOf('two'), name: 'base/layer.tar' }, layerOf('one')]);
  const written = await writeDockerArchive(image, target, BY_DIGEST);
  const names: string[] = [];
  await readArchive(streamOf(target.bytes), async ({ name }) => {
    names.push(name);
  });
  const one = `${hexOf(digestOf(Buffer.from('one')))}/layer.tar`;
  assert.deepEqual(names, [one, 'base/layer.tar', one, `${hexOf(written.imageId)}.json`, 'manifest.json']);
  assert.deepEqual(
    written.diffIds,
    ['one', 'two', 'one'].map((body) => digestOf(Buffer.from(body))),
  );
  const report = await verifyArchive(streamOf(target.bytes));
  assert.deepEqual(report.mismatches, []);
  assert.deepEqual(
    report.images.map(({ imageId, names }) => [imageId, names]),
    [[written.imageId, ['app:1']]],
  );
});

test('layers are named by position before their digests are known, but for those that have a name', async () => {
  const target = new Collected();
  const layers = [{ ...layerOf('one'), name: 'layer-3.tar' }, digestAfterBytes('two'), digestAfterBytes('three')];
  await writeDockerArchive(imageOf(layers), target, { naming: 'position' });
  const names: string[] = [];
  await readArchive(streamOf(target.bytes), async ({ name }) => {
    names.push(name);
  });
  assert.deepEqual(names.slice(0, 3), ['layer-3.tar', 'layer-2.tar', 'own-layer-3.tar']);
  assert.deepEqual((await verifyArchive(streamOf(target.bytes))).mismatches, []);
});

test('a layer is written as soon as it and all before it are known, whatever the others do', async () => {
  const log: string[] = [];
  const digest = new Deferred<Digest>();
  const late: Layer = {
    ...layerOf('late'),
    diffId: () => {
      log.push('asked for the late one');
      return digest.promise;
    },
  };
  const early = logged(layerOf('early'), log);
  const target = new Collected();
  const done = writeDockerArchive(imageOf([early, late]), target, BY_DIGEST);
  while (!log.includes('asked for the late one')) await new Promise<void>((resolve) => setImmediate(resolve));
  assert.deepEqual(log, ['early written', 'asked for the late one']);
  digest.resolve(digestOf(Buffer.from('late')));
  await done;
  assert.deepEqual((await verifyArchive(streamOf(target.bytes))).mismatches, []);
});

test('the first failure of a layer, of its size, of its digest or of the target is passed on as it is', async () => {
  const failure = new Error('gone');
  const fail = (): Promise<never> => Promise.reject(failure);
  const good = layerOf('good');
  const broken: Layer[] = [
    { ...good, size: fail },
    { ...good, diffId: fail },
    { ...good, copyTo: fail },
  ];
  for (const image of broken.map((layer) => imageOf([good, layer])))
    await assert.rejects(writeDockerArchive(image, new Collected(), BY_DIGEST), failure);
  await assert.rejects(writeDockerArchive(imageOf([good]), { write: fail }, BY_DIGEST), failure);
  await assert.rejects(writeDockerArchive(imageOf([]), { write: fail }, BY_DIGEST), failure);
});

function layerOf(text: string): Layer {
  const body = Buffer.from(text);
  return {
    origin: 'store',
    paths: [],
    name: undefined,
    size: async () => body.length,
    diffId: async () => digestOf(body),
    copyTo: (target) => target.write(body),
  };
}

/** A layer whose digest is known only when it was written. */
function digestAfterBytes(text: string): Layer {
  const layer = layerOf(text);
  const digest = new Deferred<Digest>();
  return {
    ...layer,
    diffId: () => digest.promise,
    copyTo: async (target) => {
      await layer.copyTo(target);
      digest.resolve(await layer.diffId());
    },
  };
}

function logged(layer: Layer, log: string[]): Layer {
  return {
    ...layer,
    copyTo: async (target) => {
      await layer.copyTo(target);
      log.push('early written');
    },
  };
}

function imageOf(layers: readonly Layer[]): Image {
  const facts = { architecture: 'amd64', created: '2024-05-06T07:08:09Z', config: new Map() };
  const config = (diffIds: readonly Digest[]) =>
    makeImageConfig(
      facts,
      diffIds.map((diffId) => ({ diffId, paths: [] })),
    );
  const storeLayers = (): Promise<never> => assert.fail('an archive stores no layers');
  return {
    layers,
    platform: { architecture: 'amd64', os: 'linux' },
    repoTags: ['app:1'],
    time: 1,
    config,
    storeLayers,
  };
}
