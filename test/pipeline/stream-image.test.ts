import assert from 'node:assert/strict';
import { existsSync, linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildDockerArchive } from '../../src/api/functions.js';
import type { Conf } from '../../src/config/model.js';
import type { BuildEvent } from '../../src/events/events.js';
import { digestOf } from '../../src/oci/digest.js';
import { dockerMembers, makeArchive } from '../support/archives.js';
import { openDescriptors } from '../support/descriptors.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { makeImage } from '../support/images.js';
import { withTempDir } from '../support/temp-dir.js';

const NOWHERE = { write: async () => {} };

test('a base whose layers are gzipped may be linked elsewhere while it is read', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [10]);
    const layer = Buffer.alloc(5000, 'base layer ');
    const base = await writeBase(root, { layers: [gzipSync(layer)], diffIds: [digestOf(layer)] });
    const onEvent = ({ type }: BuildEvent): void => {
      if (type === 'started') linkSync(base, join(root, 'another-name'));
    };
    const { layers } = await buildDockerArchive({ ...conf, fromImage: base }, NOWHERE, { storeRoot, onEvent });
    assert.equal(layers[0]?.diffId, digestOf(layer));
  }));

test('a target gets nothing more once the build has failed', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [9_000_000]);
    const abort = new AbortController();
    let isOver = false;
    let late = 0;
    const target = {
      write: async (): Promise<void> => {
        if (isOver) late++;
        abort.abort();
      },
    };
    await assert.rejects(buildDockerArchive(conf, target, { storeRoot, signal: abort.signal }), { code: 'ABORTED' });
    isOver = true;
    for (let turn = 0; turn < 50; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    assert.equal(late, 0);
  }));

test('aborting before the start leaves nothing open', ENDS_A_HANG, () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [10]);
    const base = await writeBase(root, { layers: [Buffer.from('x')] });
    const failed = buildDockerArchive({ ...conf, fromImage: base }, NOWHERE, {
      storeRoot,
      signal: AbortSignal.abort(),
    });
    await assert.rejects(failed, { code: 'ABORTED' });
    // Closed by another thread, sooner or later.
    while (openDescriptors(root).length > 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }),
);

for (const singlePass of [false, true]) {
  test(`no digest is stored for files that have just changed, ${singlePass ? 'in a single pass' : 'in two passes'}`, (t) =>
    withTempDir(async (root) => {
      // However long a busy machine takes, the build begins when its files are made.
      const made = Date.now();
      t.mock.method(Date, 'now', () => made);
      const { conf, storeRoot } = makeImage(root, [10, 20]);
      const cacheDirectory = join(root, 'cache');
      await buildDockerArchive(conf, NOWHERE, { storeRoot, cacheDirectory, singlePass });
      assert.ok(!existsSync(cacheDirectory));
    }));
}

for (const type of ['started', 'layer-scanned', 'progress', 'layer-written'] as const) {
  test(`a listener that throws at the event ${type} ends the build with its error`, () =>
    withTempDir(async (root) => {
      const { conf, storeRoot } = makeImage(root, [10, 20]);
      const onEvent = (event: BuildEvent): void => {
        if (event.type === type) throw new Error('from the listener');
      };
      await assert.rejects(buildDockerArchive(conf, NOWHERE, { storeRoot, onEvent }), /from the listener/);
    }));
}

for (const workers of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1025]) {
  test(`${workers} workers are refused`, () =>
    withTempDir(async (root) => {
      const { conf, storeRoot } = makeImage(root, [10]);
      await assert.rejects(buildDockerArchive(conf, NOWHERE, { storeRoot, workers }), { code: 'USAGE' });
    }));
}

test('a missing path, customisation layer and base are reported together', () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [10]);
    const broken: Conf = {
      ...conf,
      storeLayers: [['/nix/store/gone']],
      customisation: { kind: 'tar', path: '/nowhere' },
      fromImage: '/nowhere.tar',
    };
    await assert.rejects(buildDockerArchive(broken, NOWHERE, { storeRoot }), (error: { issues?: unknown[] }) => {
      const places = (error.issues ?? []).map((issue) => (issue as { place: string }).place);
      assert.deepEqual(places, ['store_layers[0][0]', 'customisation_layer', 'from_image']);
      return true;
    });
  }));

async function writeBase(root: string, parts: { layers: Buffer[]; diffIds?: string[] }): Promise<string> {
  const path = join(root, 'base.tar');
  const { layers, config, manifest } = dockerMembers(parts);
  writeFileSync(path, await makeArchive([...layers, config, manifest]));
  return path;
}
