import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LayerScannedEvent } from '../../src/events/events.js';
import { Session } from '../../src/index.js';
import { digestOf } from '../../src/oci/digest.js';
import { verifyArchive, verifyLayout } from '../../src/verify/verify.js';
import { streamOf } from '../support/archives.js';
import { Collected } from '../support/collected.js';
import { makeImage, type TestImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

test('verbs of one session run one after the other on the same threads, and give one image', () =>
  withSession(async ({ session, conf, storeRoot, root }) => {
    const target = new Collected();
    const [archive, layout, description] = await Promise.all([
      session.archive(conf, target, { storeRoot }),
      session.layout(conf, join(root, 'layout'), { storeRoot }),
      session.describe(conf, { storeRoot }),
    ]);
    assert.equal(archive.imageId, layout.imageId);
    assert.equal(description.layers.length, 3);
    assert.deepEqual((await verifyArchive(streamOf(target.bytes))).mismatches, []);
    assert.deepEqual((await verifyLayout(join(root, 'layout'))).mismatches, []);
  }));

test('a verb that fails leaves the session fit for the next', () =>
  withSession(async ({ session, conf, storeRoot }) => {
    const gone = new Error('the target is gone');
    await assert.rejects(session.archive(conf, { write: () => Promise.reject(gone) }, { storeRoot }), gone);
    await assert.rejects(session.archive(conf, new Collected(), { storeRoot: '/nowhere' }), { code: 'USAGE' });
    assert.equal((await session.archive(conf, new Collected(), { storeRoot })).layers.length, 3);
  }));

test('a session that is closed takes no verb', () =>
  withSession(async ({ session, conf, storeRoot }) => {
    await session.close();
    await assert.rejects(session.archive(conf, new Collected(), { storeRoot }), { code: 'USAGE' });
  }));

test('an impossible number of workers is refused when the session is started', () => {
  assert.throws(() => Session.start({ workers: 0 }), { code: 'USAGE' });
});

test('a layout build returns all that a caller needs to go on, and which blobs were already there', () =>
  withSession(async ({ session, conf, storeRoot, root }) => {
    const directory = join(root, 'layout');
    const first = await session.layout(conf, directory, { storeRoot });
    const manifest = readFileSync(join(directory, 'blobs/sha256', first.manifest.digest.slice(7)));
    assert.equal(digestOf(manifest), first.manifest.digest);
    const { config, layers }: { config: object; layers: object[] } = JSON.parse(String(manifest));
    assert.deepEqual(config, {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: first.imageId,
      size: readFileSync(join(directory, 'blobs/sha256', first.imageId.slice(7))).length,
    });
    assert.deepEqual(
      first.layers.map(({ descriptor }) => descriptor),
      layers,
    );
    assert.deepEqual(
      first.layers.map(({ outcome }) => outcome),
      ['written', 'written', 'written'],
    );
  }));

for (const compression of [{ kind: 'none' }, { kind: 'gzip', level: 1 }] as const) {
  test(`an archive and a layout come of one pass: every file is opened once (${compression.kind})`, () =>
    withSession(async ({ session, conf, storeRoot, root, store }) => {
      const [single, both] = [new Collected(), new Collected()];
      const layout = { directory: join(root, 'layout'), compression };
      await session.archive(conf, single, { storeRoot, singlePass: true });
      const built = await session.archive(conf, both, { storeRoot, layout });
      assert.deepEqual(both.bytes, single.bytes);
      const alone = await session.layout(conf, join(root, 'alone'), { storeRoot, compression });
      assert.deepEqual(
        readdirSync(join(root, 'layout/blobs/sha256')).sort(),
        readdirSync(join(root, 'alone/blobs/sha256')).sort(),
      );
      assert.deepEqual(built.manifest, alone.manifest);
      assert.deepEqual((await verifyLayout(join(root, 'layout'))).mismatches, []);
      // Its files may go as soon as a layer has been scanned and read: no later pass wants them.
      const scanned: LayerScannedEvent[] = [];
      const again = await session.archive(conf, new Collected(), {
        storeRoot,
        layout: { ...layout, directory: join(root, 'again') },
        onEvent: (event) => {
          if (event.type === 'layer-scanned') scanned.push(event);
          if (event.type === 'layer-written' && event.layer === 0)
            renameSync(join(store, 'layer-0'), join(root, 'gone'));
        },
      });
      assert.equal(again.imageId, built.imageId);
      assert.equal(scanned.length, 3);
    }));
}

test('if the archive or the layout fails, neither is left', () =>
  withSession(async ({ session, conf, storeRoot, root }) => {
    const file = join(root, 'image.tar');
    const directory = join(root, 'layout');
    const broken = join(root, 'broken');
    writeFileSync(broken, 'no directory');
    await assert.rejects(session.archive(conf, file, { storeRoot, layout: { directory: broken } }), {
      code: 'LAYOUT_INVALID',
    });
    assert.equal(existsSync(file), false);
    const gone = new Error('the reader is gone');
    let left = 3;
    const target = { write: () => (left-- > 0 ? Promise.resolve() : Promise.reject(gone)) };
    await assert.rejects(session.archive(conf, target, { storeRoot, layout: { directory } }), gone);
    assert.deepEqual(JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')).manifests, []);
    assert.deepEqual(readdirSync(directory).sort(), ['blobs', 'index.json', 'oci-layout']);
    assert.deepEqual(
      readdirSync(root).filter((name) => name.startsWith('.layerstream')),
      [],
    );
    const cancel = new AbortController();
    const onEvent = ({ type }: { type: string }): void => {
      if (type === 'layer-written') cancel.abort();
    };
    const aborted = session.archive(conf, file, { storeRoot, layout: { directory }, signal: cancel.signal, onEvent });
    await assert.rejects(aborted, { code: 'ABORTED' });
    assert.equal(existsSync(file), false);
    assert.deepEqual(JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')).manifests, []);
  }));

interface Setup extends TestImage {
  readonly session: Session;
  readonly root: string;
}

async function withSession(action: (setup: Setup) => Promise<void>): Promise<void> {
  await withTempDir(async (root) => {
    const session = Session.start({ workers: 2 });
    try {
      await action({ ...makeImage(root, [3_000_000, 9_000_000]), session, root });
    } finally {
      await session.close();
    }
  });
}
