import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openBaseImage } from '../../src/inputs/base-image.js';
import { digestOf } from '../../src/oci/digest.js';
import { dockerMembers, type Member, makeArchive, manifestOf } from '../support/archives.js';
import { openDescriptors } from '../support/descriptors.js';
import { layerBytes } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

const LAYERS = [Buffer.from('the first layer'), Buffer.from('the second layer'.repeat(100))];
const DIFF_IDS = LAYERS.map(digestOf);
const GOOD = dockerMembers({ layers: LAYERS, config: { config: { Env: ['A=1'] } } });
const NAMES = GOOD.layers.map(({ name }) => name);

test('layers, their names and Env of a base are read', () => assertRead([...GOOD.layers, GOOD.config, GOOD.manifest]));

test('entries may come in any order, and with ./ before their names', async () => {
  await assertRead([GOOD.manifest, GOOD.config, ...[...GOOD.layers].reverse()]);
  await assertRead(
    [...GOOD.layers, GOOD.config, GOOD.manifest].map((member) => ({ ...member, name: `./${member.name}` })),
  );
});

test('a gzipped base is read from a plain copy that has no name', async () => {
  await assertRead([...GOOD.layers, GOOD.config, GOOD.manifest], gzipSync);
});

test('a layer may be a link to another entry, and be there twice', async () => {
  const link: Member = { name: 'again/layer.tar', type: 'symlink', linkname: `../${NAMES[0]}` };
  const { config } = dockerMembers({ layers: LAYERS, diffIds: [DIFF_IDS[0], DIFF_IDS[1], DIFF_IDS[0]].map(String) });
  const names = [...NAMES, link.name];
  await withBase([...GOOD.layers, link, config, manifestOf(config.name, names)], async (path) => {
    const base = await openBaseImage(path);
    assert.deepEqual(
      base.layers.map(({ name }) => name),
      names,
    );
    assert.ok(
      layerBytes({ ...(base.layers[2]?.part ?? assert.fail()), form: 'tar' }).equals(LAYERS[0] ?? assert.fail()),
    );
    base.close();
  });
});

test('blobs named by their digest are as good, and Env may be null', async () => {
  const blobs = LAYERS.map((body) => ({ name: `blobs/sha256/${digestOf(body).slice(7)}`, body }));
  const { config } = dockerMembers({ layers: LAYERS, config: { config: { Env: null } } });
  const manifest = manifestOf(
    config.name,
    blobs.map(({ name }) => name),
    null,
  );
  await withBase([{ name: 'oci-layout', body: '{}' }, ...blobs, config, manifest], async (path) => {
    const base = await openBaseImage(path);
    assert.deepEqual([base.env, base.layers.map(({ name }) => name)], [[], blobs.map(({ name }) => name)]);
    base.close();
  });
});

test('of several images in an archive the first is taken', async () => {
  const items = [GOOD.config.name, 'other.json'].map((Config) => ({ Config, RepoTags: [], Layers: NAMES }));
  await assertRead([...GOOD.layers, GOOD.config, { name: 'manifest.json', body: JSON.stringify(items) }]);
});

const { layers, config, manifest } = GOOD;
const FAULTS: readonly [what: string, members: readonly Member[], message: RegExp][] = [
  ['no manifest', [...layers, config], /it has no manifest\.json$/],
  ['a manifest that is a folder', [{ name: 'manifest.json', type: 'directory' }], /it has no manifest\.json$/],
  ['a manifest that is no JSON', [{ name: 'manifest.json', body: '{' }], /its manifest\.json is not JSON: line 1/],
  ['no config', [...layers, manifest], new RegExp(`it has no ${config.name}$`)],
  ['a config without rootfs', [...layers, { ...config, body: '{}' }, manifest], /\.json has no rootfs$/],
  ['a layer missing', [...layers.slice(1), config, manifest], /its layer 1 of 2, .*layer\.tar, is missing$/],
  ['too few layers', [...layers, config, manifestOf(config.name, NAMES.slice(1))], /lists 1 layer, and its config 2$/],
];

for (const [what, members, message] of FAULTS) {
  test(`refused: ${what}`, () => withBase(members, (path) => assertRefused(path, message)));
}

test('refused: an archive that is cut', () =>
  withBase([...layers, config, manifest], async (path) => {
    writeFileSync(path, (await makeArchive([...layers, config])).subarray(0, 700));
    await assertRefused(path, /not a whole tar archive/);
  }));

test('refused: a gzip that is cut', () =>
  withBase([], async (path) => {
    writeFileSync(path, gzipSync(await makeArchive([...layers, config, manifest])).subarray(0, -9));
    await assertRefused(path, /cannot be decompressed: unexpected end of file/);
  }));

for (const [compression, start] of [
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
] as const) {
  test(`refused: ${compression}, by its name`, () =>
    withBase([], async (path) => {
      writeFileSync(path, Buffer.from([...start, ...Buffer.alloc(600)]));
      await assertRefused(path, new RegExp(`compressed with ${compression}; only gzip is read`));
    }));
}

for (const [what, pack] of [
  ['plain', (bytes: Buffer): Buffer => bytes],
  ['gzipped', gzipSync],
] as const) {
  test(`an abort ends the reading of a ${what} base, and closes all that is open`, async () => {
    const large = dockerMembers({ layers: [Buffer.alloc(64_000_000)] });
    await withBase([], async (path) => {
      writeFileSync(path, pack(await makeArchive([...large.layers, large.config, large.manifest])));
      const before = openDescriptors('/');
      const cancel = new AbortController();
      const opening = openBaseImage(path, { signal: cancel.signal });
      setImmediate(() => cancel.abort());
      await assert.rejects(opening, { code: 'ABORTED' });
      assert.deepEqual(openDescriptors('/'), before);
    });
  });
}

test('refused: what is no file, or not there', () =>
  withTempDir(async (directory) => {
    await assertRefused(directory, /is not a file/);
    await assertRefused(join(directory, 'none'), /cannot be read: ENOENT: no such file or directory$/);
    writeFileSync(join(directory, 'empty'), '');
    await assertRefused(join(directory, 'empty'), /it has no manifest\.json/);
  }));

function withBase(members: readonly Member[], action: (path: string) => Promise<void>): Promise<void> {
  return withTempDir(async (directory) => {
    const path = join(directory, 'base.tar');
    writeFileSync(path, await makeArchive(members));
    await action(path);
    assert.deepEqual(openDescriptors(directory), []);
  });
}

async function assertRead(members: readonly Member[], pack = (bytes: Buffer): Buffer => bytes): Promise<void> {
  await withBase(members, async (path) => {
    writeFileSync(path, pack(await makeArchive(members)));
    const base = await openBaseImage(path);
    assert.deepEqual(base.env, ['A=1']);
    assert.deepEqual(
      base.layers.map(({ name, diffId }) => [name, diffId]),
      NAMES.map((name, i) => [name, DIFF_IDS[i]]),
    );
    const bodies = base.layers.map(({ part }) => layerBytes({ ...part, form: 'tar' }).toString());
    assert.deepEqual(bodies, LAYERS.map(String));
    base.close();
  });
}

function assertRefused(path: string, message: RegExp): Promise<void> {
  return assert.rejects(openBaseImage(path), { code: 'INPUT_INVALID', path, message });
}
