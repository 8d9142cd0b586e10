import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDescription } from '../../src/describe/parse.js';
import type { Description } from '../../src/describe/schema.js';
import { describeImage, Session } from '../../src/index.js';
import { imageInput } from '../../src/inputs/described.js';
import { Collected } from '../support/collected.js';
import { makeImage, makeImageOnBase, type TestImage } from '../support/images.js';
import { seedCache } from '../support/seed-cache.js';
import { withTempDir } from '../support/temp-dir.js';

test('a description says what an image is made from as its conf does', () =>
  withDescription(async ({ description, conf }) => {
    const { conf: found, described } = imageInput(description);
    assert.deepEqual(found, conf);
    assert.deepEqual(
      described?.layers.map(({ diffId }) => diffId),
      description.layers.map(({ diffId }) => diffId?.digest),
    );
  }));

test('an archive of a description has the bytes of the archive of its conf', () =>
  withDescription(async ({ session, description, conf, storeRoot }) => {
    const [one, other] = [new Collected(), new Collected()];
    await session.archive(conf, one, { storeRoot });
    await session.archive(description, other, { storeRoot });
    assert.deepEqual(other.bytes, one.bytes);
  }));

test('a layout that has a layer needs none of its paths', () =>
  withDescription(async ({ session, description, conf, storeRoot, store, root }) => {
    const directory = join(root, 'layout');
    const { imageId } = await session.layout(conf, directory, { storeRoot });
    renameSync(join(store, 'layer-0'), join(root, 'elsewhere'));
    const again = await session.layout(description, directory, { storeRoot });
    assert.equal(again.imageId, imageId);
    assert.equal(again.layers[0]?.outcome, 'reused');
  }));

test('a base image that is elsewhere leaves the image as it is described', () =>
  withTempDir(async (root) => {
    const image = await makeImageOnBase(root, { base: Buffer.alloc(10_240, 'base'), form: 'tar', sizes: [1000] });
    const { conf, storeRoot } = image;
    const cacheDirectory = join(root, 'cache');
    const unknown = await describeImage(conf, { storeRoot });
    await seedCache(cacheDirectory, image);
    const description = await describeImage(conf, { storeRoot, cacheDirectory });
    const directory = join(root, 'layout');
    const session = Session.start({ workers: 1 });
    try {
      const { imageId } = await session.layout(conf, directory, { storeRoot });
      renameSync(join(root, 'base.tar'), join(root, 'elsewhere'));
      const again = await session.layout(description, directory, { storeRoot });
      assert.equal(again.imageId, imageId);
      assert.equal(again.imageId, description.image?.id);
      // Without the image config nothing says what environment the base has.
      const refused = { code: 'INPUT_INVALID', path: join(root, 'base.tar') };
      await assert.rejects(session.layout(unknown, directory, { storeRoot }), refused);
    } finally {
      await session.close();
    }
  }));

test('a layer whose paths are missing here is known, and copying it fails with what to do', () =>
  withDescription(async ({ session, description, storeRoot, store, root }) => {
    renameSync(join(store, 'layer-1'), join(root, 'elsewhere'));
    const missing = { code: 'PATH_MISSING', path: join(store, 'layer-1') };
    await assert.rejects(session.archive(description, new Collected(), { storeRoot }), missing);
    await assert.rejects(session.layout(description, join(root, 'empty'), { storeRoot }), missing);
    assert.deepEqual(await session.describe(description), description);
  }));

test('what is read is compared with what the description says', () =>
  withDescription(async ({ session, description, storeRoot, store }) => {
    writeFileSync(join(store, 'layer-0'), Buffer.alloc(1000, 'x'));
    await assert.rejects(session.archive(description, new Collected(), { storeRoot }), {
      code: 'DIGEST_MISMATCH',
      message: /^layer 1 \(\/nix\/store\/layer-0\) is described as sha256:/,
    });
    writeFileSync(join(store, 'layer-0'), Buffer.alloc(100_000, 'x'));
    await assert.rejects(session.archive(description, new Collected(), { storeRoot }), {
      code: 'DIGEST_MISMATCH',
      message: /is described with 10240 bytes, but has 112640$/,
    });
  }));

test('a path outside the store, a broken config and a description of version 1 are refused', () =>
  withDescription(async ({ description }) => {
    const { conf, layers } = description;
    assert.ok(conf !== null);
    const [first, ...others] = layers;
    const odd = { ...description, layers: [{ ...(first ?? assert.fail()), paths: ['/etc/passwd'] }, ...others] };
    const refused = { code: 'DESCRIPTION_INVALID' };
    assert.throws(() => imageInput(odd), refused);
    assert.throws(() => imageInput({ ...description, conf: { ...conf, config: '[]' } }), refused);
    assert.throws(() => imageInput({ ...description, conf: { ...conf, config: '{' } }), refused);
    const { conf: _, ...old } = description;
    const text = JSON.stringify({ ...old, schemaVersion: 1 }).replaceAll('"hashed"', '"summed"');
    const read = parseDescription(text);
    assert.deepEqual(read, { ...description, conf: null });
    assert.throws(() => imageInput(read), refused);
  }));

interface Setup extends TestImage {
  readonly session: Session;
  readonly description: Description;
  readonly root: string;
}

async function withDescription(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withTempDir(async (root) => {
    const image = makeImage(root, [1000, 200_000]);
    const cacheDirectory = join(root, 'cache');
    await seedCache(cacheDirectory, image);
    const described = await describeImage(image.conf, { storeRoot: root, cacheDirectory });
    const description = parseDescription(JSON.stringify(described));
    const session = Session.start({ workers: 2 });
    try {
      await action({ ...image, session, description, root });
    } finally {
      await session.close();
    }
  });
}
