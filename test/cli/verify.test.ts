/** `layerstream verify`, on good archives and on broken ones. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type ArchiveChanges, dockerArchive, LAYER, LAYER_DIGEST, LAYER_NAME, sha256 } from '../support/cli-archive.js';
import { type BadInput, testBadInputs } from '../support/cli-bad-input.js';
import { runCli } from '../support/cli-run.js';
import { buildArgs, TestStore } from '../support/cli-store.js';
import { nameOf, TestLayout } from '../support/layout-files.js';

const OTHER = sha256('other');
const REF_NAME = 'org.opencontainers.image.ref.name';

describe('verify', { concurrency: 2 }, () => {
  it('finds all right in what the program writes', async (t) => {
    const store = new TestStore(t);
    const { stdout } = await runCli(buildArgs(store));
    const path = store.file('image.tar', stdout);
    const found = await runCli(['verify', path]);
    assert.equal(
      found.stdout
        .toString()
        .replace(/sha256:[\da-f]{64}/, 'DIGEST')
        .replace(/[\da-f]{12}$/gm, 'SHORT'),
      [
        `${path}: docker-archive`,
        '',
        'app:1  linux/amd64  3 layers, 30.7 kB',
        'image ID  DIGEST',
        '',
        'layer     size  diffID',
        '    1  10.2 kB  SHORT',
        '    2  10.2 kB  SHORT',
        '    3  10.2 kB  SHORT',
        '',
        'OK: all digests, sizes and documents match',
        '',
      ].join('\n'),
    );
    assert.equal(found.stderr, '');
    assert.equal(found.status, 0);
  });

  it('reads gzip and standard input', async (t) => {
    const store = new TestStore(t);
    const archive = await dockerArchive({ entries: { README: 'more' } });
    for (const input of [archive, gzipSync(archive)]) {
      for (const run of [runCli(['verify', '-'], { input }), runCli(['verify', store.file('image.tar', input)])]) {
        const { status, stdout, stderr } = await run;
        assert.match(
          stdout.toString(),
          /^.+: docker-archive\n\nbase:1 {2}1 layer, 10\.2 kB\nimage ID {2}sha256:[\da-f]{64}\n[\s\S]+\nOK: all digests, sizes and documents match\n$/,
        );
        assert.equal(stderr, '');
        assert.equal(status, 0);
      }
    }
  });

  it('reads a layout, as a directory and as an archive from a file and standard input', async (t) => {
    const store = new TestStore(t);
    const layout = new TestLayout();
    layout.list({ ...layout.image({ layers: [{ bytes: LAYER }] }), annotations: { [REF_NAME]: 'v1' } });
    const directory = layout.writeTo(join(store.directory, 'layout'));
    const archive = await layout.archive();
    const file = store.file('layout.tar', archive);
    for (const [name, run] of [
      [directory, runCli(['verify', directory])],
      [`${directory}/`, runCli(['verify', `${directory}/`])],
      [file, runCli(['verify', file])],
      ['standard input', runCli(['verify', '-'], { input: archive })],
    ] as const) {
      const { status, stdout, stderr } = await run;
      assert.match(
        stdout.toString().replaceAll(name, 'NAME'),
        /^NAME: OCI image layout\n\nv1 {2}linux\/amd64 {2}1 layer, 10\.2 kB\nimage ID {2}sha256:[\da-f]{64}\nmanifest {2}sha256:[\da-f]{64}\n[\s\S]+\nOK: all digests, sizes and documents match\n$/,
      );
      assert.equal(stderr, '');
      assert.equal(status, 0);
    }
  });

  it('says that an archive is of both kinds, and notes what is no mismatch', async (t) => {
    const store = new TestStore(t);
    const layout = new TestLayout().list();
    const blob = layout.blob('text/plain', Buffer.from('text'));
    const entries = Object.fromEntries(layout.files);
    const path = store.file('both.tar', await dockerArchive({ entries }));
    const { status, stdout, stderr } = await runCli(['verify', path]);
    assert.match(stdout.toString(), /^.+: docker-archive and OCI image layout\n/);
    assert.equal(stderr, `layerstream: ${path}: note: ${nameOf(blob.digest)} is reached by nothing\n`);
    assert.equal(status, 0);
  });

  it('reports all mismatches of a layout together', async (t) => {
    const store = new TestStore(t);
    const layout = new TestLayout();
    layout.list({ ...layout.image({ layers: [{ bytes: LAYER }] }), size: 1 }).put('oci-layout', 'x');
    const path = layout.writeTo(join(store.directory, 'layout'));
    const { status, stdout, stderr } = await runCli(['verify', path]);
    const lines = stderr.replaceAll(`layerstream: ${path}: `, '').split('\n');
    assert.equal(lines[0], 'oci-layout is not JSON: line 1, column 1: expected a value');
    assert.match(String(lines[1]), /^index\.json manifests\[0\] says that .+ has 1 byte, and it has \d+$/);
    assert.deepEqual(lines.slice(2), ['2 mismatches', '']);
    assert.doesNotMatch(stdout.toString(), /OK|Incomplete/);
    assert.equal(status, 1);
  });

  it('ends with 3 where something could not be checked, and with 1 where something else does not hold', async (t) => {
    const store = new TestStore(t);
    const layout = new TestLayout();
    const image = layout.image({
      layers: [{ bytes: LAYER, plain: Buffer.from('x'), mediaType: 'application/x-layer' }],
    });
    const path = layout.list(image).writeTo(join(store.directory, 'layout'));
    const gap = `layerstream: ${path}: 1 layer not checked (the media type application/x-layer is not known)\n`;
    const unchecked = await runCli(['verify', path]);
    assert.equal(unchecked.stderr, gap);
    assert.match(unchecked.stdout.toString(), /\nIncomplete: all that was checked matches\n$/);
    assert.equal(unchecked.status, 3);
    layout.list({ ...image, size: 1 }).writeTo(path);
    const mismatched = await runCli(['verify', path]);
    assert.ok(mismatched.stderr.startsWith(gap), mismatched.stderr);
    assert.match(mismatched.stderr, /: 1 mismatch\n$/);
    assert.equal(mismatched.status, 1);
  });

  it('prints one line of JSON, in which null stands for what is not known', async (t) => {
    const store = new TestStore(t);
    const path = store.file('image.tar', await dockerArchive());
    const { status, stdout, stderr } = await runCli(['verify', path, '--json']);
    assert.match(stdout.toString(), /^[^\n]+\n$/);
    const { images, ...rest } = JSON.parse(stdout.toString());
    assert.deepEqual(rest, {
      ok: true,
      formats: ['docker-archive'],
      entries: 3,
      mismatches: [],
      unchecked: [],
      notes: [],
    });
    const digest = `sha256:${LAYER_DIGEST}`;
    const size = LAYER.length;
    assert.deepEqual(
      { ...images[0], imageId: 'ID' },
      {
        names: ['base:1'],
        imageId: 'ID',
        manifest: null,
        indexes: [],
        platform: null,
        layers: [{ name: LAYER_NAME, digest, diffId: digest, size, compressedSize: size, mediaType: null }],
      },
    );
    assert.deepEqual([status, stderr], [0, '']);
    const broken = store.file('broken.tar', await dockerArchive({ layers: ['gone'] }));
    const found = await runCli(['verify', broken, '--json']);
    assert.deepEqual(JSON.parse(found.stdout.toString()).mismatches, ['the layer gone is missing']);
    assert.deepEqual([found.status, found.stderr], [1, '']);
  });

  it('shows no character of an archive that could move the cursor', async (t) => {
    const store = new TestStore(t);
    const path = store.file('image.tar', await dockerArchive({ layers: ['\x1b[2Jgone'] }));
    const { stderr } = await runCli(['verify', path]);
    assert.ok(stderr.includes('the layer \\u{1b}[2Jgone is missing'), stderr);
  });

  it('reports all mismatches together', async (t) => {
    const store = new TestStore(t);
    const archive = await dockerArchive({
      diffIds: [`sha256:${OTHER}`, `sha256:${OTHER}`],
      layers: [LAYER_NAME, 'gone'],
    });
    const path = store.file('image.tar', archive);
    const { status, stderr } = await runCli(['verify', path]);
    assert.equal(
      stderr.replaceAll(path, 'PATH'),
      `layerstream: PATH: the layer ${LAYER_NAME} has the diffID sha256:${LAYER_DIGEST}, and the image config says sha256:${OTHER}\n` +
        'layerstream: PATH: the layer gone is missing\n' +
        'layerstream: PATH: 2 mismatches\n',
    );
    assert.equal(status, 1);
  });
});

function broken(
  name: string,
  content: () => Promise<Uint8Array> | Uint8Array,
  message: string,
  code?: string,
): BadInput {
  const args: BadInput['args'] = async (store) => ['verify', store.file('image.tar', await content())];
  return { name, args, status: 1, message: `DIR/image.tar${message}`, ...(code === undefined ? {} : { code }) };
}

function changed(name: string, changes: ArchiveChanges, message: string): BadInput {
  return broken(name, () => dockerArchive(changes), `: ${message}`);
}

const NO_IMAGE = 'there is neither the manifest.json of a docker-archive nor the index.json of an OCI layout';

testBadInputs('archives that do not hold', [
  changed('no manifest', { entries: { 'manifest.json': undefined } }, NO_IMAGE),
  changed(
    'a manifest that is no JSON',
    { entries: { 'manifest.json': '{' } },
    'manifest.json is not JSON: line 1, column 2: expected a key in double quotes',
  ),
  changed('a layer that is missing', { entries: { [LAYER_NAME]: undefined } }, `the layer ${LAYER_NAME} is missing`),
  changed(
    'a layer that was changed',
    { entries: { [LAYER_NAME]: 'other' } },
    `the layer ${LAYER_NAME} has the diffID sha256:${OTHER}, and the image config says sha256:${LAYER_DIGEST}`,
  ),
  changed(
    'a layer of another name than its digest',
    { entries: { [`${OTHER}/layer.tar`]: LAYER }, layers: [`${OTHER}/layer.tar`] },
    `the layer ${OTHER}/layer.tar has the diffID sha256:${LAYER_DIGEST}, which is not its name`,
  ),
  broken(
    'truncated',
    async () => (await dockerArchive()).subarray(0, 5000),
    ' is not a whole tar archive: Unexpected end of data',
    'ARCHIVE_INVALID',
  ),
  broken(
    'gzipped and truncated',
    async () => gzipSync(await dockerArchive()).subarray(0, -20),
    ' is not a whole tar archive: unexpected end of file',
    'ARCHIVE_INVALID',
  ),
  broken(
    'gzipped and damaged',
    async () => {
      const bytes = gzipSync(await dockerArchive());
      return Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(8)]);
    },
    ' is not a whole tar archive: incorrect data check',
    'ARCHIVE_INVALID',
  ),
  {
    name: 'empty',
    args: (store) => ['verify', store.file('image.tar', '')],
    code: 'INPUT_INVALID',
    message: 'DIR/image.tar is empty',
  },
  {
    name: 'a conf',
    args: (store) => ['verify', store.conf()],
    code: 'INPUT_INVALID',
    message: 'DIR/conf.json is a conf, not an archive',
    hint: 'verify reads what is built from it: run `layerstream` first, with --output or `oci`.',
  },
  {
    name: 'missing',
    args: (store) => ['verify', join(store.directory, 'missing.tar')],
    message: 'DIR/missing.tar does not exist',
    code: 'USAGE',
  },
  {
    name: 'a directory that is no layout',
    args: (store) => ['verify', store.directory],
    code: 'INPUT_INVALID',
    message: 'DIR is no OCI image layout: it has neither oci-layout nor index.json',
  },
  {
    name: 'compressed with xz, which is not installed',
    args: (store) => ['verify', store.file('image.tar', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]))],
    env: { PATH: '/proc/self/missing' },
    code: 'INPUT_INVALID',
    message: 'DIR/image.tar is compressed with xz, and the program xz is not installed',
    hint: 'Install xz (package xz-utils), or decompress the file first.',
  },
]);
