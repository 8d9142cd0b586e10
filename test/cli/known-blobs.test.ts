/** Layouts whose blobs earlier builds wrote. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { assertOldBuilt, imageOf, makeOld, OLD, oldOf, Place } from '../support/cli-known.js';
import { seed } from '../support/seeds.js';

describe('oci, after other builds,', { concurrency: 2 }, () => {
  it('uses digests for blobs that are in the layout, and writes those that are not', async (t) => {
    const place = new Place(t);
    const [lib] = await place.know();
    assert.ok(lib !== undefined);
    const first = await place.plainOci('layout');
    assert.deepEqual(first.hashed, [0, 1, 2]);
    // As a stream would have learned it.
    seed(place.cache, [lib]);
    const second = await place.oci('layout');
    assert.deepEqual(second.hashed, [1, 2]);
    await place.seed();
    const third = await place.oci('layout');
    assert.deepEqual(third.hashed, []);
    const planned = third.events.find((event) => event.type === 'planned');
    assert.equal(planned?.toHash, 0);
    for (const built of [second, third]) assert.deepEqual(imageOf(built), imageOf(first));
    const elsewhere = await place.oci('elsewhere');
    assert.deepEqual(elsewhere.hashed, [0, 1, 2], 'a digest alone is no blob');
    assert.deepEqual(imageOf(elsewhere), imageOf(first));
  });

  it('keeps the digests of compressed blobs, each kind for itself', async (t) => {
    const place = makeOld(t);
    const first = await place.oci('layout', '--compression', 'gzip');
    assert.deepEqual(oldOf(first), OLD);
    const second = await place.oci('layout', '--compression', 'gzip');
    assert.deepEqual(oldOf(second), []);
    assert.deepEqual(oldOf(await place.oci('layout', '--compression', 'gzip:1')), OLD);
    assert.deepEqual(oldOf(await place.oci('layout', '--compression', 'gzip')), []);
    // The tars' own digests were learned on the way.
    assertOldBuilt(await place.build(), { bytes: (await place.plain()).bytes, hashed: [] });
    assert.deepEqual(imageOf(second), imageOf(first));
  });

  it('with --verify replaces a damaged blob', async (t) => {
    const place = new Place(t);
    const [lib] = await place.seed();
    assert.ok(lib !== undefined);
    const first = await place.oci('layout');
    const blob = join(place.store.output('layout'), 'blobs', lib.facts.diffId.replace(':', '/'));
    const whole = readFileSync(blob);
    chmodSync(blob, 0o644);
    writeFileSync(blob, Buffer.alloc(whole.length));
    assert.deepEqual((await place.oci('layout')).hashed, []);
    const verified = await place.oci('layout', '--verify');
    assert.deepEqual(imageOf(verified), imageOf(first));
    assert.ok(readFileSync(blob).equals(whole), 'the blob is damaged still');
  });
});
