import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compressionIdentity } from '../../src/compression/identity.js';
import type { LayerSource } from '../../src/inputs/plan.js';
import { PipelineLayer } from '../../src/pipeline/layer.js';
import { knownBlob, packLayer } from '../../src/pipeline/packing.js';
import { Tally } from '../../src/pipeline/tally.js';
import type { FileForm } from '../../src/scan/spec.js';
import { blobOf, factsOf } from '../support/cache.js';

const ZSTD = { kind: 'zstd', level: 3 } as const;

test('a layer is packed as asked; its identity shows how', () => {
  const layer = layerOf(file('tar'));
  assert.deepEqual(packLayer(layer, ZSTD), {
    layer,
    compression: ZSTD,
    kind: 'zstd',
    identity: compressionIdentity(ZSTD),
  });
  assert.deepEqual(packLayer(layer, { kind: 'none' }), {
    layer,
    compression: { kind: 'none' },
    kind: 'none',
    identity: 'none',
  });
});

test('a layer that is compressed stays as it is, whatever is asked', () => {
  for (const form of ['gzip', 'zstd'] as const) {
    const layer = layerOf(file(form));
    for (const setting of [ZSTD, { kind: 'none' }] as const)
      assert.deepEqual(packLayer(layer, setting), {
        layer,
        compression: { kind: 'none' },
        kind: form,
        identity: 'as found',
      });
  }
});

test('a layer that is missing is packed as asked', () => {
  const { kind, identity } = packLayer(layerOf({ kind: 'missing', path: '/nowhere' }), ZSTD);
  assert.deepEqual([kind, identity], ['zstd', compressionIdentity(ZSTD)]);
});

test('a known layer has a known blob if it is not compressed, or was packed so before', () => {
  const facts = factsOf('layer', ['zstd 3']);
  assert.deepEqual(knownBlob({ kind: 'none', identity: 'none' }, facts), { digest: facts.diffId, size: facts.size });
  assert.deepEqual(knownBlob({ kind: 'zstd', identity: 'zstd 3' }, facts), blobOf('zstd 3'));
  assert.equal(knownBlob({ kind: 'zstd', identity: 'zstd 4' }, facts), undefined);
});

function file(form: FileForm): LayerSource {
  const content = { kind: 'file', form, fd: -1, offset: 0, size: 1024, device: 0n, inode: 0n, ctime: 0n } as const;
  return { kind: 'tar', content: { ...content, path: 'x' } };
}

function layerOf(source: LayerSource): PipelineLayer {
  const observer = new Tally(undefined, new BigInt64Array(1));
  observer.stop();
  const unused = (): never => assert.fail('nothing is asked of the threads');
  const services = { nextInLine: unused, copy: unused, hash: unused };
  const own = { index: 0, origin: 'base', name: undefined, paths: [], announced: undefined } as const;
  return new PipelineLayer({ ...own, source, expectedSize: undefined }, { observer, services, hashing: 'scheduled' });
}
