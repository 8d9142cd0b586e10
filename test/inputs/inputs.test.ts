import assert from 'node:assert/strict';
import fs, { mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Conf } from '../../src/config/model.js';
import { parseConf } from '../../src/config/parse.js';
import { LayerstreamError } from '../../src/ground/errors.js';
import { type BuildInputs, openInputs } from '../../src/inputs/inputs.js';
import type { TreeSpec } from '../../src/scan/spec.js';
import { dockerMembers, makeArchive } from '../support/archives.js';
import { CURRENT_KIND, FIRST_KIND } from '../support/confs.js';
import { openDescriptors } from '../support/descriptors.js';
import { layerBytes, makeStore } from '../support/layers.js';
import { ociImage, ociMembers, writeMembers } from '../support/oci-members.js';
import { withTempDir } from '../support/temp-dir.js';

const HEX = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('a conf of the first kind becomes trees, the last with its own prefix cut', () =>
  withStore(async (root) => {
    const inputs = await openInputs({ conf: confOf(FIRST_KIND) }, { storeRoot: `${root}//`, source: 'conf' });
    assert.deepEqual(
      specsOf(inputs).map(({ paths, root, cut, parents, ownership }) => ({
        paths,
        root,
        cut,
        parents,
        kind: ownership.kind,
      })),
      [
        { paths: ['/nix/store/aaaa-x'], cut: '', parents: 'store-parents' },
        { paths: ['/nix/store/bbbb-y', '/nix/store/bbbb-z'], cut: '', parents: 'store-parents' },
        { paths: ['/nix/store/cccc-custom'], cut: '/nix/store/cccc-custom', parents: 'none' },
      ].map((tree) => ({ ...tree, root, kind: 'from-files' })),
    );
    assert.deepEqual(
      inputs.layers.map(({ origin, index }) => [index, origin]),
      [
        [0, 'store'],
        [1, 'store'],
        [2, 'customisation'],
      ],
    );
    assert.equal(inputs.baseEnv, undefined);
    inputs.close();
  }));

test('a conf of the current kind has its customisation layer ready, opened', () =>
  withStore(async (root, store) => {
    writeFileSync(join(store, 'cccc-custom/layer.tar'), 'a tar');
    writeFileSync(join(store, 'cccc-custom/checksum'), `${HEX}\n`);
    const inputs = await openInputs({ conf: confOf(CURRENT_KIND) }, { storeRoot: root, source: 'conf' });
    rmSync(join(store, 'cccc-custom/layer.tar'));
    assert.equal(specsOf(inputs).length, 2);
    const { announced, paths, source } = inputs.layers.at(-1) ?? assert.fail();
    assert.deepEqual([announced?.diffId, paths], [`sha256:${HEX}`, ['/nix/store/cccc-custom']]);
    assert.ok(source.kind === 'tar');
    assert.equal(layerBytes(source.content).toString(), 'a tar');
    inputs.close();
  }));

test('a base in the store lies below the store root, and is closed with the rest', () =>
  withStore(async (root, store) => {
    writeFileSync(join(store, 'cccc-custom/layer.tar'), '');
    writeFileSync(join(store, 'cccc-custom/checksum'), HEX);
    const { layers, config, manifest } = dockerMembers({ layers: [Buffer.from('base')] });
    writeFileSync(join(store, 'base.tar'), await makeArchive([...layers, config, manifest]));
    const conf = confOf({ ...CURRENT_KIND, from_image: '/nix/store/base.tar' });
    const inputs = await openInputs({ conf }, { storeRoot: root, source: 'conf' });
    assert.deepEqual(
      inputs.layers.map(({ origin }) => origin),
      ['base', 'store', 'store', 'customisation'],
    );
    inputs.close();
  }));

test('a base in the store may be a layout whose files are links into the store', () =>
  withStore(async (root, store) => {
    writeFileSync(join(store, 'cccc-custom/layer.tar'), '');
    writeFileSync(join(store, 'cccc-custom/checksum'), HEX);
    const image = ociImage({ layers: [Buffer.from('base')] });
    const [layer = assert.fail(), ...others] = image.members;
    writeMembers(join(store, 'layout'), ociMembers([{ ...image, members: others }], [image.manifest]));
    writeFileSync(join(store, 'blob'), layer.body ?? '');
    symlinkSync('/nix/store/blob', join(store, 'layout', layer.name));
    const conf = confOf({ ...CURRENT_KIND, from_image: '/nix/store/layout#1' });
    await assert.rejects(openInputs({ conf }, { storeRoot: root, source: 'conf' }), /has no image 1: it has sha256:/);
    const named = confOf({ ...CURRENT_KIND, from_image: '/nix/store/layout' });
    const inputs = await openInputs({ conf: named }, { storeRoot: root, source: 'conf' });
    const { source } = inputs.layers[0] ?? assert.fail();
    assert.ok(source.kind === 'tar');
    assert.equal(layerBytes(source.content).toString(), 'base');
    inputs.close();
  }));

test('more layers than Docker takes are a warning, as is a base of another platform', () =>
  withStore(async (root, store) => {
    writeFileSync(join(store, 'cccc-custom/layer.tar'), '');
    writeFileSync(join(store, 'cccc-custom/checksum'), HEX);
    const { layers, config, manifest } = dockerMembers({ layers: [Buffer.from('base'), Buffer.from('more')] });
    writeFileSync(join(store, 'base.tar'), await makeArchive([...layers, config, manifest]));
    const warningsOf = async (storeLayers: number, fields: object = {}): Promise<readonly string[]> => {
      const store_layers = Array.from({ length: storeLayers }, () => ['/nix/store/aaaa-x']);
      const conf = confOf({ ...CURRENT_KIND, store_layers, ...fields });
      const inputs = await openInputs({ conf }, { storeRoot: root, source: 'conf' });
      inputs.close();
      return inputs.warnings;
    };
    const tooMany = (count: string): string =>
      `the image has ${count}; Docker refuses images of more than 125 ("max depth exceeded"). ` +
      'Give maxLayers in nixpkgs a smaller number';
    assert.deepEqual(await warningsOf(124), []);
    assert.deepEqual(await warningsOf(125), [tooMany('126 layers')]);
    const upon = { from_image: '/nix/store/base.tar' };
    assert.deepEqual(await warningsOf(122, upon), []);
    assert.deepEqual(await warningsOf(123, upon), [tooMany('126 layers, 2 of them from the base image')]);
    assert.deepEqual(await warningsOf(123, { ...upon, architecture: 'riscv64' }), [
      `base image ${store}/base.tar is for linux/amd64, but the conf makes the image one for linux/riscv64`,
      tooMany('126 layers, 2 of them from the base image'),
    ]);
  }));

test('all that is missing in the store is reported at once', () =>
  withTempDir(async (root) => {
    const store = makeStore(root);
    symlinkSync('nowhere', join(store, 'bbbb-y'));
    await assertIssues(confOf(FIRST_KIND), root, [
      ['store_layers[0][0]', `${store}/aaaa-x does not exist`],
      ['store_layers[1][1]', `${store}/bbbb-z does not exist`],
      ['customisation_layer', `${store}/cccc-custom does not exist`],
    ]);
  }));

test('a customisation layer that is of the other kind, or broken, is reported with what to do', () =>
  withStore(async (root, store) => {
    const custom = join(store, 'cccc-custom');
    const [first, current] = [confOf(FIRST_KIND), confOf(CURRENT_KIND)];
    const place = 'customisation_layer';
    await assertIssues(current, root, [
      [place, `expected a directory with layer.tar and checksum; ${custom} has no checksum`],
    ]);
    writeFileSync(join(custom, 'checksum'), 'abc');
    await assertIssues(current, root, [[place, `expected 64 hex digits in ${custom}/checksum`]]);
    writeFileSync(join(custom, 'checksum'), HEX);
    mkdirSync(join(custom, 'layer.tar'));
    await assertIssues(current, root, [[place, `expected ${custom}/layer.tar to be a file`]]);
    await assertIssues(first, root, [[place, /of the first script's kind; give it "store_dir"/]]);
    rmSync(custom, { recursive: true });
    writeFileSync(custom, '');
    await assertIssues(current, root, [[place, `expected a directory with layer.tar and checksum; ${custom} is none`]]);
    await assertIssues(first, root, [
      [place, `expected a directory, whose tree becomes the last layer; ${custom} is none`],
    ]);
  }));

test('a descriptor whose file cannot be looked at is closed', (t) =>
  withStore(async (root, store) => {
    writeFileSync(join(store, 'cccc-custom/layer.tar'), 'a tar');
    writeFileSync(join(store, 'cccc-custom/checksum'), HEX);
    const { fstatSync } = fs;
    const fstat = t.mock.method(fs, 'fstatSync', (fd: number, options?: fs.StatSyncOptions) => {
      if (readlinkSync(`/proc/self/fd/${fd}`).endsWith('layer.tar')) throw new Error('EIO: i/o error, fstat');
      return fstatSync(fd, options);
    });
    syncBuiltinESMExports();
    try {
      await assertIssues(confOf(CURRENT_KIND), root, [['customisation_layer', /cccc-custom: EIO: i\/o error$/]]);
    } finally {
      fstat.mock.restore();
      syncBuiltinESMExports();
    }
  }));

test('an abort ends the opening of a base, and is not one fault among others', () =>
  withStore(async (root, store) => {
    const { layers, config, manifest } = dockerMembers({ layers: [Buffer.alloc(64_000_000)] });
    writeFileSync(join(store, 'base.tar'), await makeArchive([...layers, config, manifest]));
    const conf = confOf({ ...CURRENT_KIND, from_image: '/nix/store/base.tar' });
    const cancel = new AbortController();
    const opening = openInputs({ conf }, { storeRoot: root, source: 'conf', signal: cancel.signal });
    setImmediate(() => cancel.abort());
    await assert.rejects(opening, { code: 'ABORTED' });
  }));

function specsOf({ layers }: BuildInputs): TreeSpec[] {
  return layers.flatMap(({ source }) => (source.kind === 'tree' ? [source.spec] : []));
}

function confOf(conf: object): Conf {
  return parseConf(JSON.stringify(conf)).conf;
}

/** A store with all that the test confs name. Nothing of it may be open at the end. */
function withStore(action: (root: string, store: string) => Promise<void>): Promise<void> {
  return withTempDir(async (root) => {
    const store = makeStore(root);
    for (const name of ['aaaa-x', 'bbbb-y', 'bbbb-z', 'cccc-custom']) mkdirSync(join(store, name));
    await action(root, store);
    assert.deepEqual(openDescriptors(root), []);
  });
}

async function assertIssues(
  conf: Conf,
  root: string,
  expected: readonly (readonly [string, string | RegExp])[],
): Promise<void> {
  const error = await openInputs({ conf }, { storeRoot: root, source: 'conf' }).then(
    () => assert.fail('the inputs were accepted'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof LayerstreamError);
  assert.equal(error.code, 'CONF_INVALID');
  assert.equal(error.issues.length, expected.length);
  error.issues.forEach(({ place, message }, i) => {
    const [expectedPlace, expectedMessage = ''] = expected[i] ?? [];
    assert.equal(place, expectedPlace);
    if (typeof expectedMessage === 'string') assert.equal(message, expectedMessage);
    else assert.match(message, expectedMessage);
  });
}
