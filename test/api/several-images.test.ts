/** Several confs in one call. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BuildEvent } from '../../src/events/events.js';
import { type Conf, Session } from '../../src/index.js';
import { verifyArchive, verifyLayout } from '../../src/verify/verify.js';
import { streamOf } from '../support/archives.js';
import { Collected } from '../support/collected.js';
import { makeImage } from '../support/images.js';
import { readLayout } from '../support/layouts.js';
import { withTempDir } from '../support/temp-dir.js';

test('several images come into a layout as one index, each as it is when it is built alone', () =>
  withConfs(async ({ session, confs, storeRoot, root }) => {
    const events: BuildEvent['type'][] = [];
    const built = await session.layout(confs, join(root, 'together'), {
      storeRoot,
      tags: ['app:1', 'app:latest'],
      onEvent: ({ type }) => events.push(type),
    });
    const [index] = built[0]?.targets ?? [];
    assert.ok(index !== undefined);
    for (const summary of built) {
      assert.deepEqual(summary.names, ['app:1', 'app:latest']);
      assert.deepEqual(summary.targets, [index, index]);
    }
    assert.deepEqual(
      events.filter((type) => type === 'started' || type === 'finished'),
      ['started', 'finished', 'started', 'finished'],
    );
    for (const [i, conf] of confs.entries()) {
      const alone = await session.layout(conf, join(root, 'apart'), { storeRoot, tags: ['app:1', 'app:latest'] });
      assert.deepEqual(alone.manifest, built[i]?.manifest);
      if (i === confs.length - 1) assert.deepEqual(alone.targets, [index, index]);
    }
    const [together, apart] = ['together', 'apart'].map((name) => readFileSync(join(root, name, 'index.json'), 'utf8'));
    assert.equal(together, apart);
    const { images, mismatches } = await verifyLayout(join(root, 'together'));
    assert.deepEqual(mismatches, []);
    assert.deepEqual(images.map(({ platform }) => platform).sort(), ['linux/amd64', 'linux/arm64']);
  }));

test('an archive of several images holds the index, and lists the first of them for Docker', () =>
  withConfs(async ({ session, confs, storeRoot, root }) => {
    const target = new Collected();
    const built = await session.layoutArchive(confs, target, { storeRoot });
    const { mismatches, notes, images } = await verifyArchive(streamOf(target.bytes));
    assert.deepEqual([mismatches, notes], [[], []]);
    assert.equal(images.length, 2);
    const [manifest = ''] = /\[\s*\{\s*"Config"[\s\S]*?\}\s*\]/.exec(target.bytes.toString('latin1')) ?? [];
    const [item, ...others] = JSON.parse(manifest);
    assert.equal(item.Config, `blobs/sha256/${built[0]?.imageId.slice(7)}`);
    assert.deepEqual(others, []);
    assert.deepEqual(
      readdirSync(root).filter((name) => name.startsWith('.')),
      [],
    );
  }));

test('nothing is written of confs for one platform, or of which the last cannot be built', () =>
  withConfs(async ({ session, confs: [amd64, arm64], storeRoot, root }) => {
    const directory = join(root, 'layout');
    const missing = { ...arm64, storeLayers: [['/nix/store/none']] };
    const options = { storeRoot, sources: ['a.json', 'b.json'] };
    await assert.rejects(session.layout([amd64, amd64], directory, options), {
      code: 'USAGE',
      message: 'a.json and b.json are both for linux/amd64',
    });
    await assert.rejects(session.layout([amd64, missing], directory, options), {
      code: 'CONF_INVALID',
      message: /b\.json/,
    });
    await assert.rejects(session.layout([], directory, options), { code: 'USAGE' });
    assert.equal(existsSync(directory), false);
  }));

test('if the second image fails, the first is not in the index', () =>
  withConfs(async ({ session, confs, storeRoot, root }) => {
    const directory = join(root, 'layout');
    const cancel = new AbortController();
    let finished = 0;
    const onEvent = ({ type }: BuildEvent): void => {
      if (type === 'finished') finished++;
      if (type === 'planned' && finished === 1) cancel.abort();
    };
    const building = session.layout(confs, directory, { storeRoot, signal: cancel.signal, onEvent });
    await assert.rejects(building, { code: 'ABORTED' });
    assert.deepEqual(readLayout(directory).names, []);
    assert.deepEqual(readdirSync(directory).sort(), ['blobs', 'index.json', 'oci-layout']);
    assert.equal((await session.layout(confs, directory, { storeRoot })).length, 2);
  }));

interface Setup {
  readonly session: Session;
  readonly confs: readonly [Conf, Conf];
  readonly storeRoot: string;
  readonly root: string;
}

async function withConfs(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withTempDir(async (root) => {
    const session = Session.start({ workers: 2 });
    try {
      const { conf, storeRoot } = makeImage(root, [40_000, 10]);
      await action({ session, confs: [conf, { ...conf, architecture: 'arm64' }], storeRoot, root });
    } finally {
      await session.close();
    }
  });
}
