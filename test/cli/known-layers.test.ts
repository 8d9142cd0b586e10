/** Builds that use what earlier ones learned. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { assertBuilt, Place } from '../support/cli-known.js';
import { runCli } from '../support/cli-run.js';
import { APP, LIB } from '../support/cli-store.js';
import { awaitNextCtime } from '../support/ctime.js';
import { seed } from '../support/seeds.js';

describe('a build whose layers are known', { concurrency: 2 }, () => {
  for (const options of [[], ['--workers', '7'], ['--workers', '1']]) {
    it(`hashes nothing, and gives the same bytes: ${options.join(' ')}`, async (t) => {
      const place = new Place(t);
      await place.seed();
      const { bytes } = await place.plain();
      const built = await place.build(...options);
      assertBuilt(built, { bytes, hashed: [] });
      const planned = built.events.find((event) => event.type === 'planned');
      assert.equal(planned?.toHash, 0);
      assert.equal(planned.toWrite, 30_720);
      assert.ok(planned.layers.every(({ isHashed }) => !isHashed));
      const [summary] = built.events.flatMap((event) => (event.type === 'finished' ? [event.summary] : []));
      assert.ok(summary?.layers.every(({ isKnown }) => isKnown));
    });
  }

  it('hashes every layer all the same in a single pass', async (t) => {
    const place = new Place(t);
    await place.seed();
    const { bytes } = await place.plain('--single-pass');
    assertBuilt(await place.build('--single-pass'), { bytes, hashed: [0, 1, 2] });
  });

  it('hashes only the layer of a path that changed', async (t) => {
    const place = new Place(t);
    await place.seed();
    const app = `${place.store.at(APP)}/bin/app`;
    awaitNextCtime(app, join(place.store.directory, 'probe'));
    writeFileSync(app, '#!/bin/no\n');
    const { bytes } = await place.plain();
    assertBuilt(await place.build(), { bytes, hashed: [1] });
  });

  it('knows the same layers in another order, and among others', async (t) => {
    const place = new Place(t);
    await place.seed();
    place.store.conf({ store_layers: [[APP], [LIB, APP], [LIB]] });
    const { bytes } = await place.plain();
    assertBuilt(await place.build(), { bytes, hashed: [1] });
  });

  it('knows a layer that came as a tar', async (t) => {
    const place = new Place(t);
    place.makeReady();
    await place.seed();
    const { bytes } = await place.plain();
    assertBuilt(await place.build(), { bytes, hashed: [] });
  });
});

describe('what was known', { concurrency: 2 }, () => {
  it('is counted in the summary', async (t) => {
    const place = new Place(t);
    const layersLine = async (...cache: string[]): Promise<string> => {
      const args = [place.conf, '--store-root', place.store.root, ...cache, '-o', '/dev/null'];
      return (await runCli(args)).stderr.trimEnd().split('\n').at(-2) ?? '';
    };
    // Without a cache: a build with one would keep these digests, unless the files were made just before.
    assert.match(await layersLine('--no-cache'), /: all new$/);
    const layers = await place.know();
    seed(place.cache, layers.slice(0, 2));
    assert.match(await layersLine('--cache-dir', place.cache), /: 1 new \(10\.2 kB\), 2 known from earlier builds$/);
    seed(place.cache, layers);
    assert.match(await layersLine('--cache-dir', place.cache), /: all known from earlier builds$/);
  });
});
