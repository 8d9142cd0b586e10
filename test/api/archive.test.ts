import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  archiveStream,
  type BuildEvent,
  LayerstreamError,
  parseCompression,
  verifyArchive,
  writeArchive,
} from '../../src/index.js';
import { streamOf } from '../support/archives.js';
import { WITHOUT_ZSTD } from '../support/blobs.js';
import { openDescriptors } from '../support/descriptors.js';
import { makeImage } from '../support/images.js';
import { settle } from '../support/settle.js';
import { withTempDir } from '../support/temp-dir.js';

const SKIP_WITH_ZSTD = { skip: WITHOUT_ZSTD === false && 'this Node.js has zstd' };

const MANY = [6_000_000, 100, 9_000_000, 0];

test('the stream, and the file, are the archive that the summary describes', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, MANY);
    const { stream, summary } = archiveStream(conf, { storeRoot });
    const bytes = await buffer(stream);
    const { imageId, layers, names } = await summary;
    const report = await verifyArchive(streamOf(bytes));
    assert.deepEqual(report.mismatches, []);
    const found = report.images.map((image) => [image.imageId, image.names, image.layers.map(({ diffId }) => diffId)]);
    assert.deepEqual(found, [[imageId, names, layers.map(({ diffId }) => diffId)]]);

    const path = join(root, 'image.tar');
    assert.equal((await writeArchive(conf, path, { storeRoot, workers: 1, verify: true })).imageId, imageId);
    assert.ok(readFileSync(path).equals(bytes));
  }));

test('a compressed archive holds the plain one, and the summary says its size', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, MANY);
    const plain = await buffer(archiveStream(conf, { storeRoot }).stream);
    const { stream, summary } = archiveStream(conf, { storeRoot, compression: parseCompression('gzip:1') });
    const packed = await buffer(stream);
    assert.ok(gunzipSync(packed).equals(plain));
    assert.equal((await summary).compressedSize, packed.length);
    assert.equal((await writeArchive(conf, join(root, 'plain'), { storeRoot })).compressedSize, undefined);
  }));

test('a compression that this Node.js lacks is an error, even if no text was read', SKIP_WITH_ZSTD, () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, MANY);
    const failed = writeArchive(conf, join(root, 'x'), { storeRoot, compression: { kind: 'zstd', level: 3 } });
    await assert.rejects(failed, { code: 'USAGE' });
    assert.deepEqual(readdirSync(root), ['nix']);
  }),
);

test('a compressed stream that is left does not go on', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [40_000_000]);
    const { stream, summary } = archiveStream(conf, { storeRoot, compression: parseCompression('gzip:1') });
    await stream[Symbol.asyncIterator]().next();
    stream.destroy();
    await assert.rejects(summary, { code: 'ABORTED', message: 'the build was aborted' });
    assert.deepEqual(openDescriptors(root), []);
  }));

test('a stream that nobody reads does not begin, and one that is left does not go on', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [40_000_000]);
    const events: BuildEvent[] = [];
    const { stream, summary } = archiveStream(conf, { storeRoot, onEvent: (event) => events.push(event) });
    await settle();
    assert.deepEqual(events, []);
    // Far enough that the layer's file is open, and not at its end.
    const chunks = stream[Symbol.asyncIterator]();
    for (let total = 0; total < 2_000_000; ) total += (await chunks.next()).value.length;
    assert.equal(openDescriptors(root).length, 1);
    stream.destroy();
    // The build itself reports its end, when no part of it is running any more.
    await assert.rejects(summary, { code: 'ABORTED', message: 'the build was aborted' });
    assert.equal(
      events.some(({ type }) => type === 'layer-written'),
      false,
    );
    assert.deepEqual(openDescriptors(root), []);
  }));

test('destroying a stream before it is read settles the summary', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [10]);
    const { stream, summary } = archiveStream(conf, { storeRoot });
    stream.destroy();
    await assert.rejects(summary, { code: 'ABORTED' });
  }));

test('an error reaches both the stream and the summary', () =>
  withTempDir(async (root) => {
    const { conf } = makeImage(root, [10]);
    const { stream, summary } = archiveStream(conf, { storeRoot: join(root, 'nowhere') });
    const error = await buffer(stream).then(
      () => assert.fail(),
      (error: unknown) => error,
    );
    assert.ok(error instanceof LayerstreamError);
    assert.equal(error.code, 'USAGE');
    await assert.rejects(summary, error);
  }));

test("the caller's signal ends a build: before it, and in its middle", () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, MANY);
    await assert.rejects(buffer(archiveStream(conf, { storeRoot, signal: AbortSignal.abort() }).stream), {
      code: 'ABORTED',
    });
    for (const when of ['started', 'layer-scanned', 'layer-hashed', 'layer-written'] as const) {
      const cancel = new AbortController();
      const onEvent = ({ type }: BuildEvent): void => {
        if (type === when) cancel.abort('enough');
      };
      const path = join(root, 'image.tar');
      const failed = writeArchive(conf, path, { storeRoot, signal: cancel.signal, onEvent });
      await assert.rejects(failed, { code: 'ABORTED', cause: 'enough' }, when);
      assert.deepEqual(readdirSync(root), ['nix']);
    }
  }));

test('a file that changes while the image is built ends the build, and leaves nothing', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot, store } = makeImage(root, [100, 200]);
    const onEvent = ({ type }: BuildEvent): void => {
      if (type === 'planned') writeFileSync(join(store, 'layer-1'), 'shorter');
    };
    const failed = writeArchive(conf, join(root, 'image.tar'), { storeRoot, onEvent });
    await assert.rejects(failed, { code: 'PATH_CHANGED', path: join(store, 'layer-1') });
    assert.deepEqual(readdirSync(root), ['nix']);
  }));

test('events come in order, with the bytes that were announced', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, MANY);
    const events: BuildEvent[] = [];
    const summary = await writeArchive(conf, join(root, 'x'), { storeRoot, onEvent: (event) => events.push(event) });
    const kinds = events.map(({ type }) => type);
    assert.equal(kinds[0], 'started');
    assert.equal(kinds.at(-1), 'finished');
    for (const kind of ['layer-scanned', 'layer-hashed', 'layer-written']) {
      assert.equal(kinds.filter((type) => type === kind).length, MANY.length + 1, kind);
    }
    assert.ok(kinds.lastIndexOf('layer-scanned') < kinds.indexOf('planned'));
    assert.ok(kinds.indexOf('planned') < kinds.indexOf('layer-hashed'));
    const written = events.flatMap((event) => (event.type === 'layer-written' ? [event.layer] : []));
    assert.deepEqual(written, [0, 1, 2, 3, 4]);
    const tasks = events.flatMap((event) => (event.type === 'task' ? [event] : []));
    for (const task of ['digest', 'read', 'write'] as const) {
      const layers = tasks.filter((event) => event.task === task).map(({ layer }) => layer);
      assert.deepEqual(layers.toSorted(), [0, 1, 2, 3, 4], task);
    }
    assert.ok(tasks.every(({ timing }) => timing.start <= timing.end));
    const last = events.findLast((event) => event.type === 'progress');
    assert.ok(last?.type === 'progress');
    assert.deepEqual([last.hashed, last.written], [summary.bytes, summary.bytes]);
  }));
