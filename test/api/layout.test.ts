import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Session } from '../../src/api/session.js';
import { type BuildEvent, writeArchive, writeLayout } from '../../src/index.js';
import { makeImage } from '../support/images.js';
import { seedCache } from '../support/seed-cache.js';
import { withTempDir } from '../support/temp-dir.js';

test('an output is aborted if no staging directory can be made for it', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [100]);
    let aborts = 0;
    const output = {
      stagingParent: join(root, 'none'),
      write: () => assert.fail('nothing is there to write'),
      flush: () => assert.fail('nothing is there to flush'),
      commit: () => assert.fail('nothing is there to commit'),
      abort: () => {
        aborts++;
      },
    };
    const session = Session.start();
    try {
      await assert.rejects(session.layoutArchive(conf, output, { storeRoot }), { code: 'WRITE_FAILED' });
    } finally {
      await session.close();
    }
    assert.equal(aborts, 1);
  }));

test('each layer is reported when its blob is in the layout, with what it took and whether it was there', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [40_000, 10]);
    const cacheDirectory = join(root, 'cache');
    const storedBy = async (build: (onEvent: (event: BuildEvent) => void) => Promise<unknown>) => {
      const stored: Extract<BuildEvent, { type: 'layer-stored' }>[] = [];
      await build((event) => {
        if (event.type === 'layer-stored') stored.push(event);
      });
      return stored.sort((a, b) => a.layer - b.layer);
    };
    const directory = join(root, 'layout');
    let summary: Awaited<ReturnType<typeof writeLayout>> | undefined;
    const first = await storedBy(async (onEvent) => {
      summary = await writeLayout(conf, directory, { storeRoot, onEvent });
    });
    const expected = summary?.layers.map(({ diffId, descriptor: { digest, size } }, layer) => {
      return { type: 'layer-stored', layer, diffId, digest, size, compression: 'none', outcome: 'written' };
    });
    assert.deepEqual(first, expected);
    await seedCache(cacheDirectory, { conf, storeRoot: root, layers: 1 });
    const outcomes = (events: typeof first) => events.map(({ outcome }) => outcome);
    const options = { storeRoot, cacheDirectory };
    const again = await storedBy((onEvent) => writeLayout(conf, directory, { ...options, onEvent }));
    assert.deepEqual(outcomes(again), ['reused', 'written', 'written']);
    const along = await storedBy((onEvent) =>
      writeArchive(conf, join(root, 'image.tar'), { ...options, onEvent, layout: { directory } }),
    );
    assert.deepEqual(outcomes(along), ['reused', 'written', 'written']);
  }));
