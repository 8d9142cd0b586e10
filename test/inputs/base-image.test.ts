import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type BaseImage, type BaseOptions, openBaseImage } from '../../src/inputs/base-image.js';
import { digestLayer } from '../../src/layer/digest.js';
import { digestOf } from '../../src/oci/digest.js';
import { platformOf } from '../../src/oci/platform.js';
import { dockerMembers, type Member, makeArchive, manifestOf } from '../support/archives.js';
import { requireTool } from '../support/cli-tools.js';
import { CURRENT_KIND } from '../support/confs.js';
import { openDescriptors } from '../support/descriptors.js';
import { layerBytes } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';
import { NEEDS_ZSTD, zstdFrame } from '../support/zstd.js';

const AMD64 = platformOf({ architecture: 'amd64' });
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
    const base = await openBase(path);
    assert.deepEqual(
      base.layers.map(({ name }) => name),
      names,
    );
    assert.ok(layerBytes(base.layers[2]?.content ?? assert.fail()).equals(LAYERS[0] ?? assert.fail()));
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
    const base = await openBase(path);
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
  ['no manifest', [...layers, config], /has neither manifest\.json nor index\.json$/],
  ['a manifest that is a folder', [{ name: 'manifest.json', type: 'directory' }], /its manifest\.json is a directory$/],
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
    await assertRefused(path, /cannot be read: not a whole tar archive/);
  }));

test('refused: a gzip that is cut', () =>
  withBase([], async (path) => {
    writeFileSync(path, gzipSync(await makeArchive([...layers, config, manifest])).subarray(0, -9));
    await assertRefused(path, /cannot be decompressed: unexpected end of file/);
  }));

test('refused: an archive in lz4, by its name', () =>
  withBase([], async (path) => {
    writeFileSync(path, Buffer.from([0x04, 0x22, 0x4d, 0x18, ...Buffer.alloc(600)]));
    await assert.rejects(openBase(path), {
      code: 'INPUT_INVALID',
      message: `base image ${path} is compressed with lz4; only gzip, zstd, xz and bzip2 are read`,
    });
  }));

for (const program of ['xz', 'bzip2', 'zstd']) {
  test(`a base in ${program} is read`, async (t) => {
    if (!requireTool(t, [program, '--version'], 'to pack')) return;
    await assertRead([...GOOD.layers, GOOD.config, GOOD.manifest], (bytes) =>
      execFileSync(program, ['-c'], { input: bytes }),
    );
  });
}

test('refused: a layer in xz, before anything of it is read', () =>
  withBase([], async (path) => {
    const packed = dockerMembers({ layers: [Buffer.from('fd377a585a000000', 'hex')] });
    writeFileSync(path, await makeArchive([...packed.layers, packed.config, packed.manifest]));
    await assertRefused(path, /^layer 1 of 1 of base image .* is compressed with xz; only gzip and zstd are read$/);
  }));

test('a layer in zstd stays so', NEEDS_ZSTD, () =>
  withBase([], async (path) => {
    const [plain = Buffer.alloc(0)] = LAYERS;
    const packed = dockerMembers({ layers: [zstdFrame(plain)], diffIds: [digestOf(plain)] });
    writeFileSync(path, await makeArchive([...packed.layers, packed.config, packed.manifest]));
    const base = await openBase(path);
    assert.deepEqual(
      base.layers.map(({ content }) => content.form),
      ['zstd'],
    );
    assert.equal(await digestLayer(base.layers[0]?.content ?? assert.fail()), digestOf(plain));
    base.close();
  }),
);

test('of several images the one of a name is taken, else the first, with a warning', async () => {
  const other = dockerMembers({ layers: LAYERS.slice(0, 1) });
  const items = [GOOD, other].map(({ config: { name: Config }, layers }, i) => ({
    Config,
    RepoTags: [`app:${i}`],
    Layers: layers.map(({ name }) => name),
  }));
  const members = [...GOOD.layers, GOOD.config, other.config, { name: 'manifest.json', body: JSON.stringify(items) }];
  await withBase(members, async (path) => {
    const opened = async (name: string | undefined): Promise<[number, readonly string[]]> => {
      const base = await openBase(path, { name });
      base.close();
      return [base.layers.length, base.warnings];
    };
    assert.deepEqual(await opened('app:1'), [1, []]);
    assert.deepEqual(await opened('docker.io/library/app:0'), [2, []]);
    const warning =
      `base image ${path} holds 2 images (app:0, app:1), and the first is taken, as nixpkgs does. ` +
      'Name one in the conf: "from_image": "PATH#NAME"';
    assert.deepEqual(await opened(undefined), [2, [warning]]);
    await assert.rejects(openBase(path, { name: 'web:1' }), {
      message: `base image ${path} has no image web:1: it has app:0, app:1`,
    });
  });
});

test('a base of another platform is a warning', () =>
  withBase([...GOOD.layers, GOOD.config, GOOD.manifest], async (path) => {
    const base = await openBase(path, { platform: platformOf({ architecture: 'arm64' }) });
    assert.deepEqual(base.warnings, [
      `base image ${path} is for linux/amd64, but the conf makes the image one for linux/arm64/v8`,
    ]);
    base.close();
  }));

for (const format of ['gnu', 'pax']) {
  test(`refused: a sparse file in an archive of ${format} format, by its name`, () =>
    withTempDir(async (directory) => {
      writeFileSync(join(directory, 'layer.tar'), '');
      // Enough pieces that the header of the GNU format goes on in another block.
      const file = openSync(join(directory, 'layer.tar'), 'w');
      for (let i = 0; i < 40; i++) writeSync(file, 'x', i * 1_000_000);
      closeSync(file);
      const path = join(directory, 'base.tar');
      execFileSync('tar', ['-C', directory, '--sparse', `--format=${format}`, '-cf', path, 'layer.tar']);
      await assertRefused(path, /cannot be read: its entry layer\.tar is stored as a sparse file$/);
    }));
}

for (const [what, pack] of [
  ['plain', (bytes: Buffer): Buffer => bytes],
  ['gzipped', gzipSync],
  ['xz', (bytes: Buffer): Buffer => execFileSync('xz', ['-1', '-c'], { input: bytes })],
] as const) {
  test(`an abort ends the reading of a ${what} base, and closes all that is open`, async (t) => {
    if (what === 'xz' && !requireTool(t, ['xz', '--version'], 'to pack')) return;
    const large = dockerMembers({ layers: [Buffer.alloc(64_000_000)] });
    await withBase([], async (path) => {
      writeFileSync(path, pack(await makeArchive([...large.layers, large.config, large.manifest])));
      const before = openDescriptors('/');
      const cancel = new AbortController();
      const opening = openBase(path, { signal: cancel.signal });
      setImmediate(() => cancel.abort());
      await assert.rejects(opening, { code: 'ABORTED' });
      assert.deepEqual(openDescriptors('/'), before);
    });
  });
}

test('refused: what is no file, or not there', () =>
  withTempDir(async (directory) => {
    await assertRefused(directory, /is a directory, but no OCI image layout: it has no index\.json$/);
    await assertRefused('/dev/null', /is neither a file nor a directory$/);
    await assertRefused(join(directory, 'none'), /cannot be read: ENOENT: no such file or directory$/);
    writeFileSync(join(directory, 'empty'), '');
    await assertRefused(join(directory, 'empty'), /is empty$/);
    writeFileSync(join(directory, 'script'), '#!/bin/sh\n');
    await assertRefused(join(directory, 'script'), /is a script$/);
    writeFileSync(join(directory, 'conf'), JSON.stringify(CURRENT_KIND));
    await assertRefused(join(directory, 'conf'), /is a conf$/);
    writeFileSync(join(directory, 'text'), 'text '.repeat(1000));
    await assertRefused(join(directory, 'text'), /is not an archive$/);
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
    const base = await openBase(path);
    assert.deepEqual(base.env, ['A=1']);
    assert.deepEqual(
      base.layers.map(({ name, diffId }) => [name, diffId]),
      NAMES.map((name, i) => [name, DIFF_IDS[i]]),
    );
    const bodies = base.layers.map(({ content }) => layerBytes(content).toString());
    assert.deepEqual(bodies, LAYERS.map(String));
    base.close();
  });
}

function openBase(path: string, options: Partial<BaseOptions> = {}): Promise<BaseImage> {
  return openBaseImage(path, {
    name: undefined,
    platform: AMD64,
    locate: (name) => join(path, name),
    ...options,
  });
}

function assertRefused(path: string, message: RegExp): Promise<void> {
  return assert.rejects(openBase(path), { code: 'INPUT_INVALID', path, message });
}
