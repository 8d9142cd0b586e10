/** Base images that cannot be built upon. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ArchiveChanges, dockerArchive, LAYER, LAYER_DIGEST, LAYER_NAME, sha256 } from '../support/cli-archive.js';
import { type BadInput, build, testBadInputs } from '../support/cli-bad-input.js';
import { CUSTOM, LIB, type TestStore } from '../support/cli-store.js';

const NOT_WHOLE = 'base image DIR/base.tar is not a whole docker-archive:';

/** The arguments that build upon a file, or upon what is there already. */
function upon(store: TestStore, content?: Uint8Array): string[] {
  store.readyLayer();
  const path = content === undefined ? join(store.directory, 'base.tar') : store.file('base.tar', content);
  return build(store, store.currentConf({ from_image: path }));
}

function bytes(name: string, content: () => Promise<Uint8Array> | Uint8Array, message: string): BadInput {
  const args: BadInput['args'] = async (store) => upon(store, await content());
  return { name, args, code: 'INPUT_INVALID', message };
}

function archive(name: string, changes: ArchiveChanges, message: string): BadInput {
  return bytes(name, () => dockerArchive(changes), `${NOT_WHOLE} ${message}`);
}

function manifest(name: string, content: string, message: string): BadInput {
  return archive(name, { entries: { 'manifest.json': content } }, `its manifest.json ${message}`);
}

const CONFIG_NAME = `${sha256(JSON.stringify({ config: {}, rootfs: { type: 'layers', diff_ids: [`sha256:${LAYER_DIGEST}`] } }))}.json`;
const OTHER = sha256('other');

testBadInputs('base images that cannot be read', [
  {
    name: 'missing',
    args: (store) => upon(store),
    code: 'CONF_INVALID',
    message: 'DIR/conf.json: from_image: DIR/base.tar does not exist',
  },
  {
    name: 'missing in the store, as the customisation layer is',
    args: (store) => build(store, store.currentConf({ from_image: `${LIB}-base` })),
    code: 'CONF_INVALID',
    message:
      'DIR/conf.json: 2 faults\n' +
      `  customisation_layer: expected a directory with layer.tar and checksum; DIR/root${CUSTOM} has no checksum\n` +
      `  from_image: DIR/root${LIB}-base does not exist`,
    hint: `Bring it here with \`nix-store --store DIR/root --realise ${LIB}-base\`.`,
  },
  {
    name: 'a directory',
    args: (store) => {
      mkdirSync(join(store.directory, 'base.tar'));
      return upon(store);
    },
    code: 'INPUT_INVALID',
    message: 'base image DIR/base.tar is a directory, but no OCI image layout: it has no index.json',
  },
  {
    name: 'a fifo to which nobody writes',
    args: (store) => {
      execFileSync('mkfifo', [join(store.directory, 'base.tar')]);
      return upon(store);
    },
    code: 'INPUT_INVALID',
    message: 'base image DIR/base.tar is neither a file nor a directory',
  },
  {
    name: 'gzipped, and nowhere to unpack it',
    args: async (store) => upon(store, gzipSync(await dockerArchive())),
    env: { TMPDIR: '/proc/self/missing' },
    status: 1,
    code: 'WRITE_FAILED',
    message: 'a temporary file in /proc/self/missing cannot be written: ENOENT: no such file or directory',
    hint: 'Name a directory that has room for it in $TMPDIR.',
  },
  bytes('empty', () => Buffer.alloc(0), 'base image DIR/base.tar is empty'),
  bytes('no tar', () => Buffer.alloc(2048, 'text '), 'base image DIR/base.tar is not an archive'),
  bytes('a script', () => Buffer.from('#!/bin/sh\nexec python3 stream.py'), 'base image DIR/base.tar is a script'),
  bytes(
    'truncated',
    async () => (await dockerArchive()).subarray(0, 5000),
    'base image DIR/base.tar cannot be read: not a whole tar archive: Unexpected end of data',
  ),
  bytes(
    'gzipped and truncated',
    async () => gzipSync(await dockerArchive()).subarray(0, 200),
    'base image DIR/base.tar cannot be decompressed: unexpected end of file',
  ),
  {
    name: 'compressed with xz, which is not installed',
    args: (store) => upon(store, Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00])),
    env: { PATH: '/proc/self/missing' },
    code: 'INPUT_INVALID',
    message: 'base image DIR/base.tar is compressed with xz, and the program xz is not installed',
    hint: 'Install xz (package xz-utils), or decompress the file first.',
  },
  bytes(
    'compressed with lz4',
    () => Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x00, 0x00]),
    'base image DIR/base.tar is compressed with lz4; only gzip, zstd, xz and bzip2 are read',
  ),
]);

testBadInputs('base images that are not whole', [
  bytes(
    'no manifest',
    () => dockerArchive({ entries: { 'manifest.json': undefined } }),
    'base image DIR/base.tar has neither manifest.json nor index.json',
  ),
  manifest('a manifest that is no JSON', '[', 'is not JSON: line 1, column 2: unexpected end'),
  manifest('a manifest that is no list', '{}', 'is not a list of images'),
  manifest('a manifest of nothing', '[]', 'is not a list of images'),
  manifest('a manifest without a config', '[{}]', '[0].Config is not a name'),
  manifest('a manifest without layers', '[{"Config": "c"}]', '[0].Layers is not a list of strings'),
  archive('no config', { entries: { [CONFIG_NAME]: undefined } }, `it has no ${CONFIG_NAME}`),
  archive('a config without rootfs', { entries: { [CONFIG_NAME]: '{}' } }, `its ${CONFIG_NAME} has no rootfs`),
  archive('no layer', { entries: { [LAYER_NAME]: undefined } }, `its layer 1 of 1, ${LAYER_NAME}, is missing`),
  archive('too few diff_ids', { diffIds: [] }, 'its manifest.json lists 1 layer, and its config 0'),
  {
    name: 'a layer that is not what the config says',
    args: async (store) => upon(store, await dockerArchive({ diffIds: [`sha256:${OTHER}`] })),
    status: 1,
    code: 'DIGEST_MISMATCH',
    message: `layer 1 (${LAYER_NAME}) was announced as sha256:${OTHER}, but its bytes are sha256:${LAYER_DIGEST}`,
    hint: 'The base image is damaged: make it again.',
  },
  {
    name: 'a layer in xz',
    args: async (store) => {
      const packed = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00]);
      return upon(store, await dockerArchive({ entries: { [LAYER_NAME]: packed } }));
    },
    code: 'INPUT_INVALID',
    message: 'layer 1 of 1 of base image DIR/base.tar is compressed with xz; only gzip and zstd are read',
    hint: 'Copy the image with `skopeo copy … docker-archive:FILE`, which stores layers as they are uncompressed.',
  },
  {
    name: 'a gzipped layer that is damaged',
    args: async (store) => {
      const damaged = gzipSync(LAYER).subarray(0, -4);
      return upon(store, await dockerArchive({ entries: { [LAYER_NAME]: damaged } }));
    },
    status: 2,
    code: 'INPUT_INVALID',
    message: 'a layer of DIR/base.tar cannot be decompressed: broken gzip: unexpected end of file',
  },
]);
