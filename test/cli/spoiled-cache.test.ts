/** Builds with a cache whose entries are wrong or damaged. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { entryPath } from '../../src/cache/directory.js';
import { hexOf } from '../../src/oci/digest.js';
import { filesBelow } from '../support/cache.js';
import { assertBuilt, imageOf, Place, POISON } from '../support/cli-known.js';

describe('a cache with a wrong digest', { concurrency: 2 }, () => {
  it('is noticed and corrected by --verify', async (t) => {
    const place = new Place(t);
    const [, app] = await place.seed();
    assert.ok(app !== undefined);
    place.poison(app);
    const { bytes } = await place.plain();
    assert.ok(!(await place.build()).bytes.equals(bytes), 'the cache is not believed');
    assertBuilt(await place.build('--verify'), { bytes, hashed: [0, 1, 2] });
    for (const compression of ['none', 'gzip']) {
      const verified = await place.oci(`layout-${compression}`, '--compression', compression, '--verify');
      assert.deepEqual(verified.hashed, [0, 1, 2]);
      assert.deepEqual(imageOf(verified), imageOf(await place.plain()));
    }
  });

  it('does not prevail over the checksum of a layer that came as a tar', async (t) => {
    const place = new Place(t);
    place.makeReady();
    const custom = (await place.seed()).at(-1);
    assert.ok(custom !== undefined);
    place.poison(custom);
    const { bytes } = await place.plain();
    assertBuilt(await place.build(), { bytes, hashed: [2] });
  });

  it('does not hide a checksum that is wrong', async (t) => {
    const place = new Place(t);
    place.makeReady();
    await place.seed();
    place.store.readyLayer({ checksum: hexOf(POISON) });
    await place.seed();
    const { status, stderr } = await place.build();
    assert.match(stderr, /DIGEST_MISMATCH.*checksum says sha256:/);
    assert.equal(status, 1);
  });

  const SPOILS: Readonly<Record<string, (entry: string) => void>> = {
    'half written': (entry) => truncateSync(entry, 100),
    empty: (entry) => truncateSync(entry, 0),
    'of another digest': (entry) => {
      const text = readFileSync(entry, 'utf8');
      writeFileSync(entry, text.replace(/sha256:[\da-f]{64}/, POISON));
    },
    'writable by others': (entry) => chmodSync(entry, 0o666),
    'a link to a good one': (entry) => {
      renameSync(entry, `${entry}.good`);
      symlinkSync(`${entry}.good`, entry);
    },
    'that of another layer': (entry) => {
      const others = filesBelow(join(entry, '../..')).filter((name) => name.endsWith('.json') && !entry.endsWith(name));
      const [other = ''] = others;
      writeFileSync(entry, readFileSync(join(entry, '../..', other)));
    },
    'a directory': (entry) => {
      rmSync(entry);
      mkdirSync(entry);
    },
  };
  for (const [name, spoil] of Object.entries(SPOILS)) {
    it(`is ignored where an entry is ${name}`, async (t) => {
      const place = new Place(t);
      const [, app] = await place.seed();
      assert.ok(app !== undefined);
      spoil(entryPath(place.cache, app.key));
      const { bytes } = await place.plain();
      assertBuilt(await place.build(), { bytes, hashed: [1] });
    });
  }
});
