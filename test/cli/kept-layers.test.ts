/** Builds that keep what they learned for others. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { filesBelow } from '../support/cache.js';
import { assertOldBuilt, makeOld, OLD, oldOf, warningsOf } from '../support/cli-known.js';
import { runCli } from '../support/cli-run.js';

describe('a build', { concurrency: 2 }, () => {
  it('keeps what it hashed of old files for the next one, in two passes and in one', async (t) => {
    for (const options of [[], ['--single-pass']]) {
      const place = makeOld(t);
      const first = await place.build(...options);
      assert.deepEqual(oldOf(first), OLD, first.stderr);
      assertOldBuilt(await place.build(), { bytes: (await place.plain()).bytes, hashed: [] });
    }
  });

  it('shares the cache with another at the same time', async (t) => {
    const place = makeOld(t);
    const { bytes } = await place.plain();
    for (const built of await Promise.all([place.build(), place.build('--workers', '3')])) {
      assert.equal(built.status, 0, built.stderr);
      assert.ok(built.bytes.equals(bytes));
      assert.deepEqual(warningsOf(built), []);
    }
    assertOldBuilt(await place.build(), { bytes, hashed: [] });
    assert.deepEqual(
      filesBelow(place.cache).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('with --no-cache neither reads nor writes it', async (t) => {
    const place = makeOld(t);
    const [first] = await place.know();
    assert.ok(first !== undefined);
    place.poison(first);
    const before = filesBelow(place.cache);
    const built = await place.build('--no-cache');
    assert.deepEqual(oldOf(built), OLD);
    assert.deepEqual(filesBelow(place.cache), before);
    assertOldBuilt(await place.build('--verify'), { bytes: built.bytes, hashed: OLD });
    assert.notDeepEqual(filesBelow(place.cache), before);
  });

  it('finds the cache in the user’s directory for caches', async (t) => {
    const place = makeOld(t);
    const env = { XDG_CACHE_HOME: join(place.store.directory, 'caches') };
    const { status } = await runCli([place.conf, '--store-root', place.store.root], { env });
    assert.equal(status, 0);
    const kept = filesBelow(join(env.XDG_CACHE_HOME, 'layerstream')).filter((name) => name.endsWith('.json'));
    assert.ok(kept.length >= OLD.length, kept.join());
  });

  it('warns once of a cache that it cannot use, and goes on', async (t) => {
    const place = makeOld(t);
    const { bytes } = await place.plain();
    writeFileSync(place.cache, 'no directory');
    const warning = `the cache of layer digests in ${place.cache} is not used: ${place.cache}: it is not a directory`;
    const built = await place.build();
    assertOldBuilt(built, { bytes, hashed: OLD });
    assert.deepEqual(warningsOf(built), [warning]);
    const args = [place.conf, '--store-root', place.store.root, '--cache-dir', place.cache];
    for (const progress of ['plain', 'off']) {
      const { status, stderr } = await runCli([...args, '--progress', progress, '-o', place.store.output()]);
      assert.equal(status, 0);
      const lines = stderr.split('\n').filter((line) => line.includes('warning'));
      assert.deepEqual(lines, [`layerstream: warning: ${warning}`]);
    }
  });
});
