import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildDockerArchive } from '../../src/api/archive.js';
import type { BuildEvent } from '../../src/events/events.js';
import { Deferred } from '../../src/ground/deferred.js';
import { Crew } from '../../src/threads/crew.js';
import { Collected } from '../support/collected.js';
import { ENDS_A_HANG } from '../support/hang.js';
import { makeImage } from '../support/images.js';
import { knowConf, seed } from '../support/seeds.js';
import { withTempDir } from '../support/temp-dir.js';

const NOWHERE = { write: async () => {} };

for (const singlePass of [false, true]) {
  const why = singlePass ? 'in a single pass' : 'where its digest is known';
  test(`a layer is written while the next is still being scanned, ${why}`, ENDS_A_HANG, () =>
    withTempDir(async (root) => {
      const { conf, storeRoot } = makeImage(root, [3_000_000, 5_000_000]);
      const cacheDirectory = join(root, 'cache');
      if (!singlePass) seed(cacheDirectory, await knowConf(conf, storeRoot));
      const { crew, letGo } = crewThatHolds('/nix/store/layer-1', { singlePass });
      const order: string[] = [];
      const onEvent = (event: BuildEvent): void => {
        if (event.type !== 'layer-scanned' && event.type !== 'layer-written') return;
        order.push(`${event.type} ${event.layer}`);
        if (event.type === 'layer-written') letGo();
      };
      const target = new Collected();
      await buildDockerArchive(conf, target, { storeRoot, cacheDirectory, singlePass, onEvent }, crew);
      const [first, second] = [order.indexOf('layer-written 0'), order.indexOf('layer-scanned 1')];
      assert.ok(first >= 0 && first < second, order.join(', '));

      const whole = new Collected();
      await buildDockerArchive(conf, whole, { storeRoot, singlePass });
      assert.deepEqual(target.bytes, whole.bytes);
    }),
  );
}

test('a scan that fails while the stream goes on ends the build with its error', ENDS_A_HANG, () =>
  withTempDir(async (root) => {
    const { conf, storeRoot } = makeImage(root, [3_000_000, 10]);
    const { crew, letGo } = crewThatHolds('/nix/store/layer-1', {
      singlePass: true,
      error: new Error('from the scan'),
    });
    const onEvent = ({ type }: BuildEvent): void => {
      if (type === 'layer-written') letGo();
    };
    const building = buildDockerArchive(conf, NOWHERE, { storeRoot, onEvent, singlePass: true }, crew);
    await assert.rejects(building, /from the scan/);
  }),
);

/** A crew whose pool does not scan one path before it is let go, or fails to then. */
function crewThatHolds(
  path: string,
  { error, singlePass }: { readonly error?: Error; readonly singlePass: boolean },
): { readonly crew: Crew; readonly letGo: () => void } {
  const gate = new Deferred<void>();
  const crew = new Crew({ workers: 2, singlePass });
  const scan = crew.pool.scan.bind(crew.pool);
  crew.pool.scan = async (spec) => {
    const isHeld = spec.paths.some((each) => each === path);
    if (isHeld) await gate.promise;
    if (isHeld && error !== undefined) throw error;
    return scan(spec);
  };
  return { crew, letGo: () => gate.resolve() };
}
