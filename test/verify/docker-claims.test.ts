/** The claims of a docker-archive, those that hold and each that may not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../src/oci/digest.js';
import type { VerifyReport } from '../../src/verify/report.js';
import { verifyArchive } from '../../src/verify/verify.js';
import { dockerMembers, type Member, makeArchive, manifestOf, streamOf } from '../support/archives.js';

const LAYERS = [Buffer.from('one'), Buffer.from('two')];
const [ONE, TWO] = [digestOf(Buffer.from('one')), digestOf(Buffer.from('two'))];
const { layers, config, manifest } = dockerMembers({ layers: LAYERS });
const [first, second] = [layers[0] ?? assert.fail(), layers[1] ?? assert.fail()];
const GOOD = [...layers, config, manifest];
const NAMES = layers.map(({ name }) => name);

test('layers may be gzipped, also under names that are not their digests', async () => {
  const packed = LAYERS.map((layer) => gzipSync(layer));
  const { layers, config } = dockerMembers({ layers: packed, diffIds: [ONE, TWO] });
  const renamed = layers.map((member, i) => ({ ...member, name: `${i}.tar.gz` }));
  await assertGood([
    ...renamed,
    config,
    manifestOf(
      config.name,
      renamed.map(({ name }) => name),
    ),
  ]);
});

test('layers may be links, and blobs', async () => {
  const blobs = LAYERS.map((body) => ({ name: `blobs/sha256/${digestOf(body).slice(7)}`, body }));
  const link: Member = { name: 'l/layer.tar', type: 'symlink', linkname: `../${blobs[1]?.name}` };
  await assertGood([...blobs, link, config, manifestOf(config.name, [String(blobs[0]?.name), link.name])]);
});

test('an older Docker named folders by an ID that is no digest, and put a VERSION there', async () => {
  const folder = 'a'.repeat(64);
  const legacy = [
    { name: `${folder}/VERSION`, body: '1.0' },
    { name: `${folder}/layer.tar`, body: 'one' },
  ];
  await assertGood([...legacy, second, config, manifestOf(config.name, [`${folder}/layer.tar`, String(NAMES[1])])]);
});

test('of several images each is checked', async () => {
  const items = [['a:1'], ['b:1']].map((RepoTags) => ({ Config: config.name, RepoTags, Layers: NAMES }));
  const body = JSON.stringify([...items, { Config: 'none.json', RepoTags: [], Layers: ['none.tar'] }]);
  const report = await verify([...layers, config, { name: 'manifest.json', body }]);
  assert.deepEqual(
    report.images.map(({ names }) => names),
    [['a:1'], ['b:1'], []],
  );
  assert.deepEqual(report.mismatches, ['the image config none.json is missing', 'the layer none.tar is missing']);
});

const falseId = digestOf(Buffer.from('false'));
const emptyHistory = dockerMembers({ layers: LAYERS, config: { history: [] } });
const shortHistory = dockerMembers({ layers: LAYERS, config: { history: [{}, { empty_layer: true }] } });
const falseDiffId = dockerMembers({ layers: LAYERS, diffIds: [falseId, TWO] });
const missingDiffId = dockerMembers({ layers: LAYERS, diffIds: [ONE] });
const noRootfs = dockerMembers({ layers: LAYERS, config: { rootfs: null } });

const BROKEN: readonly [claim: string, members: readonly Member[], mismatches: readonly string[]][] = [
  [
    'a manifest that is no list',
    [...layers, { name: 'manifest.json', body: '{}' }],
    ['manifest.json is not a list of images'],
  ],
  ['no config', [...layers, manifest], [`the image config ${config.name} is missing`]],
  [
    'a config with other bytes than its name says',
    [...layers, { ...config, body: `${config.body} ` }, manifest],
    [`the image config ${config.name} has the digest ${digestOf(Buffer.from(`${config.body} `))}`],
  ],
  [
    'a config without rootfs',
    [...layers, noRootfs.config, noRootfs.manifest],
    [`${noRootfs.config.name} has no rootfs`],
  ],
  ['a layer missing', [first, config, manifest], [`the layer ${NAMES[1]} is missing`]],
  [
    'a layer with other bytes',
    [first, { ...second, body: 'TWO' }, config, manifest],
    [
      `the layer ${NAMES[1]} has the diffID ${digestOf(Buffer.from('TWO'))}, and the image config says ${TWO}`,
      `the layer ${NAMES[1]} has the diffID ${digestOf(Buffer.from('TWO'))}, which is not its name`,
    ],
  ],
  [
    'a diffID that is another',
    [...layers, falseDiffId.config, falseDiffId.manifest],
    [`the layer ${NAMES[0]} has the diffID ${ONE}, and the image config says ${falseId}`],
  ],
  [
    'a layer under the name of another',
    [
      { ...first, name: `${'b'.repeat(64)}/layer.tar` },
      second,
      config,
      manifestOf(config.name, [`${'b'.repeat(64)}/layer.tar`, String(NAMES[1])]),
    ],
    [`the layer ${'b'.repeat(64)}/layer.tar has the diffID ${ONE}, which is not its name`],
  ],
  [
    'fewer diffIDs than layers',
    [...layers, missingDiffId.config, missingDiffId.manifest],
    [`manifest.json lists 2 layers, and ${missingDiffId.config.name} 1 diff_id`],
  ],
  [
    'a history of fewer layers',
    [...layers, shortHistory.config, shortHistory.manifest],
    [`manifest.json lists 2 layers, and the history of ${shortHistory.config.name} 1`],
  ],
  ['an empty history, which claims nothing', [...layers, emptyHistory.config, emptyHistory.manifest], []],
  [
    'a blob with other bytes than its name says',
    [...GOOD, { name: `blobs/sha256/${'c'.repeat(64)}`, body: 'x' }],
    [`blobs/sha256/${'c'.repeat(64)} has the digest ${digestOf(Buffer.from('x'))}`],
  ],
];

for (const [claim, members, mismatches] of BROKEN) {
  test(`reported: ${claim}`, async () => {
    assert.deepEqual((await verify(members)).mismatches, mismatches);
  });
}

test('layers that are broken are mismatches, and those that are not read are not checked', async () => {
  const xz = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);
  const bodies = [gzipSync('x'.repeat(5000)).subarray(0, -6), xz, Buffer.concat([xz, xz])];
  const names = ['a.tar', 'b.tar', 'c.tar'];
  const { config } = dockerMembers({ layers: bodies });
  const members = bodies.map((body, i) => ({ name: String(names[i]), body }));
  const { mismatches, unchecked } = await verify([...members, config, manifestOf(config.name, names)]);
  assert.deepEqual(mismatches, ['the layer a.tar cannot be read: broken gzip: unexpected end of file']);
  assert.deepEqual(unchecked, ['2 xz layers not checked (only gzip and zstd are read)']);
});

async function verify(members: readonly Member[]): Promise<VerifyReport> {
  return verifyArchive(streamOf(await makeArchive(members)));
}

async function assertGood(members: readonly Member[]): Promise<void> {
  assert.deepEqual((await verify(members)).mismatches, []);
}
