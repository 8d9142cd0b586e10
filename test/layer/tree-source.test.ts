import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { asByteString } from '../../src/ground/bytestring.js';
import { digestLayer } from '../../src/layer/digest.js';
import { HashingSource } from '../../src/layer/hashing-source.js';
import { openSource } from '../../src/layer/source.js';
import { digestOf, finishDigest } from '../../src/oci/digest.js';
import { BLOCK } from '../../src/tar/header.js';
import { openDescriptors } from '../support/descriptors.js';
import { layerBytes, makeStore, scan, specOf } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';
import { makeTree, treeNodes } from '../support/tree.js';

test('a layer has the same bytes in chunks of any size, as many as announced, and the digest of them', async () => {
  const chunkSize = fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constantFrom(1, 2048)).map((blocks) => blocks * BLOCK);
  await fc.assert(
    fc.asyncProperty(treeNodes(), chunkSize, (nodes, chunkSize) =>
      withTempDir(async (root) => {
        makeTree(asByteString(makeStore(root)), nodes);
        const content = scan(
          specOf(
            root,
            nodes.map(({ name }) => name),
          ),
        );
        const whole = layerBytes(content, 8 * 1024 * 1024);
        assert.equal(whole.length, content.size);
        assert.ok(layerBytes(content, chunkSize).equals(whole));
        assert.equal(await digestLayer(content), digestOf(whole));
      }),
    ),
    { numRuns: 20 },
  );
});

test('a layer of several chunks reports the bytes of each as it is hashed', () =>
  withTempDir(async (root) => {
    writeFileSync(join(makeStore(root), 'x'), Buffer.alloc(700_000, 'abc'));
    const content = scan(specOf(root, ['x']));
    const counts: number[] = [];
    const digest = await digestLayer(content, { onBytes: (count) => counts.push(count) });
    assert.equal(digest, digestOf(layerBytes(content)));
    assert.ok(counts.length > 1);
    assert.equal(
      counts.reduce((a, b) => a + b),
      content.size,
    );
  }));

test('only so many bytes are hashed as were asked for', () =>
  withTempDir(async (root) => {
    writeFileSync(join(makeStore(root), 'x'), Buffer.alloc(700_000, 'abc'));
    const content = scan(specOf(root, ['x']));
    const whole = layerBytes(content);
    for (const bytes of [512, 1024, 512 * 1000]) {
      const source = new HashingSource(content);
      source.skip(bytes);
      assert.equal(source.rest, content.size - bytes);
      assert.equal(finishDigest(source.hash), digestOf(whole.subarray(0, bytes)));
      source.close();
    }
  }));

test('an empty layer has its two parents, or nothing at all', () => {
  const content = scan(specOf('/', []));
  assert.equal(layerBytes(content).toString('latin1').replaceAll('\0', '').slice(0, 5), '/nix/');
  assert.equal(content.size, 10240);
  assert.ok(layerBytes(scan(specOf('/', [], { parents: 'none' }))).equals(Buffer.alloc(10240)));
});

test('after the end nothing comes', () => {
  const source = openSource(scan(specOf('/', [])));
  assert.equal(source.read(Buffer.alloc(10240)), 10240);
  assert.equal(source.read(Buffer.alloc(512)), 0);
  assert.equal(source.read(Buffer.alloc(512)), 0);
});

test('closing closes the file that is open, and may be done twice', () =>
  withTempDir(async (root) => {
    mkdirSync(join(makeStore(root), 'd'));
    writeFileSync(join(root, 'nix/store/d/x'), Buffer.alloc(5000));
    const before = openDescriptors(root);
    const source = openSource(scan(specOf(root, ['d'])));
    source.read(Buffer.alloc(5 * BLOCK));
    assert.equal(openDescriptors(root).length, before.length + 1);
    source.close();
    source.close();
    assert.deepEqual(openDescriptors(root), before);
  }));
