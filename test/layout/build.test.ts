import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLayout } from '../../src/layout/layout.js';
import { blobName } from '../../src/oci/blob-name.js';
import { digestOf, hexOf } from '../../src/oci/digest.js';
import { verifyLayout } from '../../src/verify/verify.js';
import { addTextImage, blobFile, putLayer, putTextImage, readLayout, textDocument } from '../support/layouts.js';
import { tempDir } from '../support/temp-dir.js';

test('a layout holds the images that were put into it, and nothing else', async (t) => {
  const layout = await openLayout(tempDir(t));
  const { manifest, target, warnings } = await addTextImage(layout, 'app:1', ['one', 'two', 'one']);
  assert.deepEqual(warnings, []);
  assert.deepEqual(target, manifest);
  const facts = readLayout(layout.path);
  assert.deepEqual(facts.names, ['docker.io/library/app:1']);
  assert.deepEqual(facts.blobs, facts.reached);
  assert.equal(facts.blobs.length, 4);
  assert.ok(layout.hasBlob(manifest));
  assert.deepEqual(readdirSync(layout.path).sort(), ['blobs', 'index.json', 'oci-layout']);
});

test('a build that is aborted leaves only complete blobs', async (t) => {
  const layout = await openLayout(tempDir(t));
  const build = await layout.startBuild();
  const { digest } = await putLayer(build, 'whole');
  const { place } = await build.open();
  writeFileSync(place.path, 'half');
  build.end();
  build.end();
  assert.deepEqual(readLayout(layout.path), { names: [], blobs: [hexOf(digest)], reached: [] });
  assert.deepEqual(readdirSync(layout.path).sort(), ['blobs', 'index.json', 'oci-layout']);
});

test('the index has only the entries that were there when it was written, and those of others', async (t) => {
  const layout = await openLayout(tempDir(t));
  const [a, b] = [await layout.startBuild(), await layout.startBuild()];
  await putTextImage(a, 'a:1', ['x']);
  await putTextImage(b, 'b:2', ['x']);
  await putTextImage(a, 'a:1', ['y']);
  a.end();
  b.end();
  assert.deepEqual(readLayout(layout.path).names, ['docker.io/library/a:1', 'docker.io/library/b:2']);
});

test('a blob is there when it is a regular file of its size', async (t) => {
  const layout = await openLayout(tempDir(t));
  const blob = { digest: digestOf(Buffer.from('x')), size: 1 };
  const path = blobFile(layout.path, blob.digest);
  assert.equal(layout.hasBlob(blob), false);
  writeFileSync(path, 'x');
  assert.equal(layout.hasBlob(blob), true);
  assert.equal(layout.hasBlob({ ...blob, size: 2 }), false);
  rmSync(path);
  symlinkSync('/etc/hostname', path);
  assert.equal(layout.hasBlob({ ...blob, size: statSync('/etc/hostname').size }), false);
  rmSync(path);
  mkdirSync(path);
  assert.equal(layout.hasBlob({ ...blob, size: statSync(path).size }), false);
});

test('a blob replaces a broken one, or a link, and never what a link leads to', async (t) => {
  const [layout, victim] = [await openLayout(tempDir(t)), join(tempDir(t), 'victim')];
  writeFileSync(victim, 'precious');
  const path = blobFile(layout.path, digestOf(Buffer.from('layer')));
  symlinkSync(victim, path);
  const build = await layout.startBuild();
  const blob = await putLayer(build, 'layer');
  assert.deepEqual((await verifyLayout(layout.path)).mismatches, []);
  writeFileSync(path, 'wrong');
  const wrong = `${blobName(blob.digest)} has the digest ${digestOf(Buffer.from('wrong'))}`;
  assert.deepEqual((await verifyLayout(layout.path)).mismatches, [wrong]);
  await Promise.all(Array.from({ length: 8 }, () => putLayer(build, 'layer')));
  assert.deepEqual((await verifyLayout(layout.path)).mismatches, []);
  assert.ok(layout.hasBlob(blob));
  build.end();
  assert.equal(readFileSync(victim, 'utf8'), 'precious');
});

test('an image without all of its blobs is not put into the index', async (t) => {
  const layout = await openLayout(tempDir(t));
  const build = await layout.startBuild();
  t.after(() => build.end());
  const layer = await putLayer(build, 'layer');
  rmSync(blobFile(layout.path, layer.digest));
  const image = {
    config: textDocument('{}'),
    layers: [layer],
    platform: { architecture: 'amd64', os: 'linux' },
  };
  const names = [{ text: 'app:1', tag: '1', full: 'docker.io/library/app:1' }];
  const images = [await build.prepare(image)];
  await assert.rejects(build.publish({ images, names }), {
    code: 'LAYOUT_INVALID',
    message: /is not a file of 5 bytes, but the image needs it/,
  });
  assert.deepEqual(readLayout(layout.path).names, []);
  assert.equal(readdirSync(join(layout.path, '.layerstream')).length, 1);
});

test('an index that broke meanwhile is not overwritten', async (t) => {
  const layout = await openLayout(tempDir(t));
  writeFileSync(join(layout.path, 'index.json'), 'broken');
  await assert.rejects(addTextImage(layout, 'app:1', ['x']), { code: 'LAYOUT_INVALID' });
  assert.equal(readFileSync(join(layout.path, 'index.json'), 'utf8'), 'broken');
});
