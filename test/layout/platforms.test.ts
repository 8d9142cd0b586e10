import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Layout, openLayout } from '../../src/layout/layout.js';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { parseDigest } from '../../src/oci/digest.js';
import { addTextImage, blobFile, type Published, prepareTextImage, readLayout } from '../support/layouts.js';
import { tempDir } from '../support/temp-dir.js';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const REF = 'org.opencontainers.image.ref.name';
const FULL = 'io.containerd.image.name';

test('a second platform under a name makes an index of both, and nothing of the first is lost', async (t) => {
  const layout = await openLayout(tempDir(t));
  const arm = await addTextImage(layout, 'app:1', ['shared', 'arm'], 'arm64');
  const amd = await addTextImage(layout, 'app:1', ['shared', 'amd']);
  assert.deepEqual(entries(layout), [
    { ...amd.target, annotations: { [FULL]: 'docker.io/library/app:1', [REF]: '1' } },
  ]);
  assert.equal(amd.target?.mediaType, INDEX);
  assert.deepEqual(nested(layout, amd), [amd.manifest, arm.manifest]);
  assert.deepEqual(amd.warnings, []);
  const { blobs, reached } = readLayout(layout.path);
  assert.deepEqual(blobs, reached);
  assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 0, bytes: 0 });
});

test('a platform that is built again takes its own place in the index, and the old image is garbage', async (t) => {
  const layout = await openLayout(tempDir(t));
  await addTextImage(layout, 'app:1', ['amd']);
  const arm = await addTextImage(layout, 'app:1', ['arm'], 'arm64');
  const amd = await addTextImage(layout, 'app:1', ['new']);
  assert.deepEqual(nested(layout, amd), [amd.manifest, arm.manifest]);
  // The old index, manifest, config and layer.
  const collected = await layout.collectGarbage();
  assert.equal(collected.kind === 'collected' && collected.blobs, 4);
  const { blobs, reached } = readLayout(layout.path);
  assert.deepEqual(blobs, reached);
});

test('images that are published together are the index that they are one after the other', async (t) => {
  const [together, apart] = [await openLayout(tempDir(t)), await openLayout(tempDir(t))];
  const build = await together.startBuild();
  const images = [];
  for (const architecture of ['arm64', 'amd64']) {
    images.push(await prepareTextImage(build, [architecture], architecture));
    await addTextImage(apart, 'app:1', [architecture], architecture);
  }
  const { targets } = await build.publish({
    images,
    names: [{ text: 'app:1', tag: '1', full: 'docker.io/library/app:1' }],
  });
  build.end();
  assert.equal(targets.length, 1);
  assert.deepEqual(entries(together), entries(apart));
  assert.deepEqual(readLayout(together.path), readLayout(apart.path));
});

test('each name has an index of its own', async (t) => {
  const layout = await openLayout(tempDir(t));
  const stable = await addTextImage(layout, 'app:stable', ['amd']);
  await addTextImage(layout, 'app:1', ['amd']);
  const arm = await addTextImage(layout, 'app:1', ['arm'], 'arm64');
  assert.deepEqual(nested(layout, arm), [stable.manifest, arm.manifest]);
  assert.equal(entries(layout)[0]?.digest, stable.manifest.digest);
});

test('what others wrote without a platform has that of its config', async (t) => {
  const layout = await openLayout(tempDir(t));
  const theirs = await addTextImage(layout, 'app:1', ['theirs']);
  const { platform: _, ...bare } = theirs.manifest;
  setEntries(layout, [{ ...bare, annotations: { [REF]: '1' } }]);
  const arm = await addTextImage(layout, 'app:1', ['arm'], 'arm64');
  assert.deepEqual(nested(layout, arm), [theirs.manifest, arm.manifest]);
  setEntries(layout, [{ ...bare, annotations: { [REF]: '1' } }]);
  const again = await addTextImage(layout, 'app:1', ['again']);
  assert.deepEqual(again.target, again.manifest);
});

test('images that share a name in the index, as image-spec allows, come into one index', async (t) => {
  const layout = await openLayout(tempDir(t));
  const images = [];
  for (const architecture of ['s390x', 'arm64', 'amd64']) {
    const { manifest } = await addTextImage(layout, 'other:1', [architecture], architecture);
    images.push(manifest);
  }
  const [s390x, arm64, amd64] = images;
  setEntries(
    layout,
    images.map((image) => ({ ...image, annotations: { [REF]: '1' } })),
  );
  const again = await addTextImage(layout, 'app:1', ['new'], 'arm64');
  assert.deepEqual(nested(layout, again), [amd64, again.manifest, s390x]);
  assert.notEqual(again.manifest.digest, arm64?.digest);
});

for (const [what, spoil] of [
  ['is missing', (path: string) => rmSync(path)],
  ['has other bytes', (path: string) => writeFileSync(path, '{}')],
] as const) {
  test(`an image whose manifest ${what} comes into no index`, async (t) => {
    const layout = await openLayout(tempDir(t));
    const arm = await addTextImage(layout, 'app:1', ['arm'], 'arm64');
    spoil(blobFile(layout.path, arm.manifest.digest));
    const amd = await addTextImage(layout, 'app:1', ['amd']);
    assert.deepEqual(amd.target, amd.manifest);
    readLayout(layout.path);
  });

  test(`it is said that platforms are lost where their index ${what}, unless all are there again`, async (t) => {
    const layout = await openLayout(tempDir(t));
    await addTextImage(layout, 'app:1', ['arm'], 'arm64');
    const both = await addTextImage(layout, 'app:1', ['amd']);
    assert.ok(both.target);
    spoil(blobFile(layout.path, both.target.digest));
    const amd = await addTextImage(layout, 'app:1', ['amd']);
    assert.deepEqual(amd.target, amd.manifest);
    assert.deepEqual(amd.warnings, [
      `the index ${both.target.digest} of docker.io/library/app:1 is damaged: what it held for other platforms is lost`,
    ]);
    const again = await addTextImage(layout, 'app:1', ['arm'], 'arm64');
    assert.deepEqual(again.target, both.target);
    assert.deepEqual(again.warnings, []);
    readLayout(layout.path);
  });
}

test('an artifact is no image, and is replaced', async (t) => {
  const layout = await openLayout(tempDir(t));
  const { manifest } = await addTextImage(layout, 'app:1', ['x'], 'arm64');
  setEntries(layout, [{ ...manifest, mediaType: 'application/vnd.example+json', annotations: { [REF]: '1' } }]);
  const amd = await addTextImage(layout, 'app:1', ['amd']);
  assert.deepEqual(amd.target, amd.manifest);
  assert.equal(entries(layout).length, 1);
});

test('an image that others tagged stays, with all its blobs, and a warning tells what became of its name', async (t) => {
  const layout = await openLayout(tempDir(t));
  const { manifest } = await addTextImage(layout, 'app:1', ['old']);
  const annotations = { [FULL]: 'docker.io/library/app:1', [REF]: '1' };
  setEntries(layout, [
    { ...manifest, annotations },
    { ...manifest, annotations: { ...annotations, [REF]: 'theirs' } },
  ]);
  const { warnings } = await addTextImage(layout, 'app:1', ['new']);
  assert.deepEqual(warnings, [
    'theirs is still in the layout, but lost the name docker.io/library/app:1 to this image',
  ]);
  assert.deepEqual(entries(layout)[1], { ...manifest, annotations: { [REF]: 'theirs' } });
  assert.deepEqual(await layout.collectGarbage(), { kind: 'collected', blobs: 0, bytes: 0 });
});

interface Entry extends Descriptor {
  readonly annotations?: Record<string, string>;
}

function entries(layout: Layout): Entry[] {
  return JSON.parse(readFileSync(join(layout.path, 'index.json'), 'utf8')).manifests;
}

function setEntries(layout: Layout, manifests: readonly object[]): void {
  writeFileSync(join(layout.path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

/** What is in the index that a name leads to. */
function nested(layout: Layout, { target }: Published): Entry[] {
  const digest = parseDigest(target?.digest ?? '');
  assert.ok(digest !== undefined && target?.mediaType === INDEX);
  return JSON.parse(readFileSync(blobFile(layout.path, digest), 'utf8')).manifests;
}
