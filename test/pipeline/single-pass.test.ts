import assert from 'node:assert/strict';
import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildDockerArchive } from '../../src/api/functions.js';
import type { BuildEvent, BuildSummary } from '../../src/events/events.js';
import { writeArchive } from '../../src/index.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { streamOf } from '../support/archives.js';
import { Collected } from '../support/collected.js';
import { makeImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

const SIZES = [10, 3_000_000, 0, 1024 * 1024, 70_000];

test('the image is that of two passes, whatever the options', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, SIZES);
    const about = ({ imageId, layers, names }: BuildSummary) => ({ imageId, layers, names });
    const expected = about(await buildDockerArchive(conf, new Collected(), { storeRoot }));
    for (const options of [{}, { verify: true }, { workers: 1 }, { workers: 5 }]) {
      const target = new Collected();
      const found = await buildDockerArchive(conf, target, { ...options, storeRoot, singlePass: true });
      assert.deepEqual(about(found), expected);
      assert.deepEqual((await verifyArchive(streamOf(target.bytes))).mismatches, []);
    }
  }));

test('each layer is read once, hashed at the same time, and reported when it is written', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, SIZES);
    const events: BuildEvent[] = [];
    const onEvent = (event: BuildEvent): void => {
      events.push(event);
    };
    const { bytes } = await buildDockerArchive(conf, new Collected(), { storeRoot, singlePass: true, onEvent });
    const layers = [0, 1, 2, 3, 4, 5];
    for (const kind of ['read', 'digest', 'write'] as const) {
      const tasks = events.flatMap((event) => (event.type === 'task' && event.task === kind ? [event] : []));
      assert.deepEqual(
        tasks.map(({ layer }) => layer),
        layers,
        kind,
      );
      assert.equal(new Set(tasks.map(({ timing }) => timing.thread)).size, 1, `${kind} has a thread of its own`);
    }
    const planned = events.find((event) => event.type === 'planned');
    assert.deepEqual([planned?.toHash, planned?.toWrite], [bytes, bytes]);
    const last = events.findLast((event) => event.type === 'progress');
    assert.deepEqual([last?.hashed, last?.written], [bytes, bytes]);
  }));

test('a file that changes before it is read ends the build, and leaves nothing', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot, store } = makeImage(root, SIZES);
    // The event comes before any thread is asked to read the layer.
    const onEvent = (event: BuildEvent): void => {
      if (event.type === 'layer-scanned' && event.layer === 4) truncateSync(join(store, 'layer-4'), 5);
    };
    const failed = writeArchive(conf, join(root, 'image.tar'), { storeRoot, singlePass: true, onEvent });
    await assert.rejects(failed, { code: 'PATH_CHANGED', path: join(store, 'layer-4') });
    assert.deepEqual(readdirSync(root), ['nix']);
  }));
