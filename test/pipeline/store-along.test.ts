import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BuildEvent, Session } from '../../src/index.js';
import { verifyLayout } from '../../src/verify/verify.js';
import { makeBytes } from '../support/blobs.js';
import { Collected } from '../support/collected.js';
import { makeImageOnBase } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

const BASE = makeBytes({ size: 3_000_000, seed: 4, noise: 0.3 });

for (const compression of [{ kind: 'none' }, { kind: 'gzip', level: 1 }] as const) {
  test(`a gzipped layer of a base stays as it is in a layout that is written along (${compression.kind})`, () =>
    withTempDir(async (root) => {
      const { conf, storeRoot } = await makeImageOnBase(root, { base: BASE, form: 'gzip', sizes: [1000] });
      const session = Session.start({ workers: 2 });
      try {
        const along = { directory: join(root, 'along'), compression };
        const { manifest } = await session.archive(conf, new Collected(), { storeRoot, layout: along });
        const alone = await session.layout(conf, join(root, 'alone'), { storeRoot, compression });
        assert.deepEqual(manifest, alone.manifest);
        assert.deepEqual((await verifyLayout(along.directory)).mismatches, []);
      } finally {
        await session.close();
      }
    }));
}

test('a stream waits for the blobs that are written beside it, and says so', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = await makeImageOnBase(root, { base: BASE, form: 'tar', sizes: [20_000_000] });
    const session = Session.start({ workers: 1 });
    const waits: string[] = [];
    const onEvent = (event: BuildEvent): void => {
      if (event.type === 'task' && event.task === 'write') waits.push(...event.timing.waits.map((wait) => wait.for));
    };
    try {
      const layout = { directory: join(root, 'along'), compression: { kind: 'gzip', level: 9 } } as const;
      await session.archive(conf, new Collected(), { storeRoot, layout, onEvent });
    } finally {
      await session.close();
    }
    assert.ok(waits.includes('blob'), waits.join());
  }));
