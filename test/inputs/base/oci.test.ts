import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BaseImage, openBaseImage } from '../../../src/inputs/base-image.js';
import { digestLayer } from '../../../src/layer/digest.js';
import { digestOf } from '../../../src/oci/digest.js';
import { platformOf } from '../../../src/oci/platform.js';
import { type Member, makeArchive } from '../../support/archives.js';
import { openDescriptors } from '../../support/descriptors.js';
import {
  type OciDescriptor,
  type OciImage,
  ociImage,
  ociIndex,
  ociMembers,
  writeMembers,
} from '../../support/oci-members.js';
import { withTempDir } from '../../support/temp-dir.js';
import { NEEDS_ZSTD } from '../../support/zstd.js';

const LAYERS = [Buffer.from('the first layer'), Buffer.from('the second layer')];
const IMAGE = ociImage({ layers: LAYERS });
const ARM = ociImage({ layers: LAYERS.slice(0, 1), config: { architecture: 'arm64', variant: 'v8' } });
const NAME = 'org.opencontainers.image.ref.name';

for (const form of ['directory', 'archive'] as const) {
  for (const compression of ['none', 'gzip', 'zstd'] as const) {
    test(`a layout is read: ${form}, ${compression}`, compression === 'zstd' ? NEEDS_ZSTD : {}, async () => {
      const image = ociImage({ layers: LAYERS, compression });
      await withLayout(form, ociMembers([image], [image.manifest]), async (path) => {
        const base = await open(path);
        assert.deepEqual([base.env, base.warnings], [['A=1'], []]);
        assert.deepEqual(
          base.layers.map(({ name, content }) => [name, content.form]),
          image.members.slice(0, 2).map(({ name }) => [name, compression === 'none' ? 'tar' : compression]),
        );
        for (const [i, { content, diffId }] of base.layers.entries()) {
          assert.equal(diffId, digestOf(LAYERS[i] ?? assert.fail()));
          assert.equal(await digestLayer(content), diffId);
        }
        base.close();
      });
    });
  }
}

test('of an image index the platform of the conf is taken, whether the index names platforms or not', async () => {
  const platforms = [
    { architecture: 'amd64', os: 'linux' },
    { architecture: 'arm64', os: 'linux', variant: 'v8' },
  ];
  for (const named of [true, false]) {
    const entries = [IMAGE, ARM].map(({ manifest }, i) => ({ ...manifest, ...(named && { platform: platforms[i] }) }));
    const index = ociIndex(entries);
    await withLayout('directory', ociMembers([IMAGE, ARM, index], [index.manifest]), async (path) => {
      assert.equal(await countLayers(path, 'amd64'), 2);
      assert.equal(await countLayers(path, 'arm64'), 1);
      await assertRefused(path, {
        platform: 'riscv64',
        message:
          `base image ${path} has no image for linux/riscv64: it has ` +
          `${IMAGE.manifest.digest} (linux/amd64), ${ARM.manifest.digest} (linux/arm64/v8)`,
        hint: 'The platform is that of the conf: "architecture" and "variant".',
      });
    });
  }
});

test('of two variants that of the conf is taken; 32-bit ARM is v7 where nothing else is said', async () => {
  const [v5, v7] = ['v5', 'v7'].map((variant, i) =>
    ociImage({ layers: LAYERS.slice(i), config: { architecture: 'arm', variant } }),
  );
  assert.ok(v5 !== undefined && v7 !== undefined);
  await withLayout('archive', ociMembers([v5, v7], [v5.manifest, v7.manifest]), async (path) => {
    assert.equal(await countLayers(path, 'arm'), 1);
    assert.equal(await countLayers(path, 'arm', 'v5'), 2);
    await assertRefused(path, { platform: 'arm', variant: 'v6', message: /has 2 images for linux\/arm\/v6: / });
  });
});

test('of two images for one platform none is taken, unless the conf names it', async () => {
  const other = ociImage({ layers: [] });
  const entries = [annotated(IMAGE, 'one'), annotated(other, 'two'), annotated(other, 'three')];
  await withLayout('directory', ociMembers([IMAGE, other], entries), async (path) => {
    await assertRefused(path, {
      message: `base image ${path} has 2 images for linux/amd64: one (linux/amd64), two (linux/amd64)`,
      hint: 'Name one in the conf: "from_image": "PATH#NAME".',
    });
    assert.equal(await countLayers(path, 'amd64', undefined, 'one'), 2);
    for (const name of ['two', 'three']) assert.equal(await countLayers(path, 'amd64', undefined, name), 0);
    await assertRefused(path, { name: 'four', message: /has no image four: it has one, two$/ });
  });
});

test('full names are found in all their spellings, below an index of several names too', async () => {
  const index = ociIndex([IMAGE.manifest, ARM.manifest]);
  const named = ['docker.io/library/app:1', 'registry.example/web:2'].map((name) => ({
    ...index.manifest,
    annotations: { 'io.containerd.image.name': name },
  }));
  await withLayout('archive', ociMembers([IMAGE, ARM, index], named), async (path) => {
    for (const name of ['app:1', 'docker.io/library/app:1', 'registry.example/web:2']) {
      assert.equal(await countLayers(path, 'arm64', undefined, name), 1);
    }
    await assertRefused(path, { name: 'app', message: /has no image app: it has docker\.io\/library\/app:1/ });
  });
});

test('what is no image does not count: attestations, other artifacts, manifests that are not there', async () => {
  const attestation = ociImage({ layers: [], config: { architecture: 'unknown', os: 'unknown' } });
  const chart = ociImage({ layers: [], configType: 'application/vnd.cncf.helm.config.v1+json' });
  const index = ociIndex([
    IMAGE.manifest,
    ARM.manifest,
    { ...attestation.manifest, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
  ]);
  const members = ociMembers([IMAGE, attestation, chart, index], [chart.manifest, index.manifest]);
  await withLayout('directory', members, async (path) => assert.equal(await countLayers(path, 'riscv64'), 2));
});

test('the only image is taken whatever its platform is, with a warning', () =>
  withLayout('directory', ociMembers([ARM], [ARM.manifest]), async (path) => {
    const base = await open(path);
    assert.deepEqual(base.warnings, [
      `base image ${path} is for linux/arm64/v8, but the conf makes the image one for linux/amd64`,
    ]);
    base.close();
  }));

test('an archive that is also a docker-archive is read as one', async () => {
  const manifest = { name: 'manifest.json', body: '[]' };
  await withLayout('archive', [...ociMembers([IMAGE], [IMAGE.manifest]), manifest], (path) =>
    assertRefused(path, { message: /is not a whole docker-archive: its manifest\.json is not a list of images$/ }),
  );
});

const [firstLayer = assert.fail(), , config = assert.fail(), manifest = assert.fail()] = IMAGE.members;
const helm = ociImage({ layers: [], configType: 'application/vnd.cncf.helm.config.v1+json' });
const short = ociImage({ layers: LAYERS, config: { rootfs: { type: 'layers', diff_ids: [] } } });
const GOOD = ociMembers([IMAGE], [IMAGE.manifest]);

const FAULTS: readonly [what: string, members: readonly Member[], message: RegExp][] = [
  ['no image', ociMembers([], []), /^base image .* holds no image$/],
  ['no oci-layout', without('oci-layout'), /is not a whole OCI image layout: it has no oci-layout$/],
  ['another version', replaced('oci-layout', '{"imageLayoutVersion": "2"}'), /: it is of version 2$/],
  ['an index that is no JSON', replaced('index.json', '{'), /: its index\.json is not JSON: line 1/],
  ['an index of no descriptors', ociMembers([], [{}]), /: its index\.json manifests\[0\] has no mediaType$/],
  ['no manifest', without(manifest.name), new RegExp(`: it has no ${manifest.name}$`)],
  ['no config', without(config.name), new RegExp(`: it has no ${config.name}$`)],
  ['no layer', without(firstLayer.name), new RegExp(`: its layer 1 of 2, ${firstLayer.name}, is missing$`)],
  ['a manifest of another size', replaced(manifest.name, '{}'), /: its blobs\/.* has 2 bytes, not \d+$/],
  ['a config of other bytes', replaced(config.name, flipped(config)), /does not have the digest that its name says$/],
  ['a layer of another size', replaced(firstLayer.name, 'x'), /: its layer 1 of 2, blobs.*, has 1 byte, not 15$/],
  ['another artifact', ociMembers([helm], [helm.manifest]), /: its config is application\/vnd\.cncf\.helm/],
  ['too few diff_ids', ociMembers([short], [short.manifest]), /its manifest lists 2 layers, and its config 0$/],
];

for (const [what, members, message] of FAULTS) {
  for (const form of ['directory', 'archive'] as const) {
    test(`refused: ${what}, ${form}`, () => withLayout(form, members, (path) => assertRefused(path, { message })));
  }
}

test('refused: a blob that is a directory', () =>
  withLayout('directory', without(firstLayer.name), async (path) => {
    mkdirSync(join(path, firstLayer.name));
    await assertRefused(path, { message: /: its layer 1 of 2, blobs.*, is not a regular file$/ });
  }));

function without(name: string): Member[] {
  return GOOD.filter((member) => member.name !== name);
}

function replaced(name: string, body: string | Buffer): Member[] {
  return [...without(name), { name, body }];
}

function flipped({ body = '' }: Member): Buffer {
  const bytes = Buffer.from(body);
  bytes.reverse();
  return bytes;
}

function annotated({ manifest }: OciImage, name: string): OciDescriptor {
  return { ...manifest, annotations: { [NAME]: name } };
}

/** Nothing of the layout may be open at the end. */
function withLayout(
  form: 'directory' | 'archive',
  members: readonly Member[],
  action: (path: string) => Promise<void>,
): Promise<void> {
  return withTempDir(async (directory) => {
    const path = join(directory, 'base');
    if (form === 'directory') writeMembers(path, members);
    else writeFileSync(path, await makeArchive(members));
    await action(path);
    assert.deepEqual(openDescriptors(directory), []);
  });
}

interface Asked {
  readonly platform?: string;
  readonly variant?: string | undefined;
  readonly name?: string | undefined;
}

function open(path: string, { platform = 'amd64', variant, name }: Asked = {}): Promise<BaseImage> {
  const locate = (file: string): string => join(path, file);
  return openBaseImage(path, { name, platform: platformOf({ architecture: platform, variant }), locate });
}

async function countLayers(path: string, platform: string, variant?: string, name?: string): Promise<number> {
  const base = await open(path, { platform, variant, name });
  base.close();
  return base.layers.length;
}

async function assertRefused(
  path: string,
  { message, hint, ...asked }: Asked & { message: string | RegExp; hint?: string },
): Promise<void> {
  const expected = { code: 'INPUT_INVALID', path, message, ...(hint !== undefined && { hint }) };
  await assert.rejects(open(path, asked), expected);
}
