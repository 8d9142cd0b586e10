/** What is given in the place of a conf: it is named for what it is, with the command that was meant. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeArchive } from '../support/archives.js';
import { dockerArchive } from '../support/cli-archive.js';
import { type BadInput, build, testBadInputs } from '../support/cli-bad-input.js';
import type { TestStore } from '../support/cli-store.js';

const GIVE = 'Give the conf that `nix build .#image.conf` makes.';
const HINT = 'Build it with `nix build .#image.conf --out-link conf.json`, or see `layerstream --help`.';
const AGAIN = 'To build it again, give the conf that `nix build .#image.conf` makes.';

function file(
  name: string,
  content: string | Uint8Array | (() => Promise<Uint8Array>),
  [message, hint = GIVE]: readonly [message: string, hint?: string],
): BadInput {
  const args: BadInput['args'] = async (store) => {
    const bytes = typeof content === 'function' ? await content() : content;
    return build(store, store.file(name, bytes));
  };
  return { name, args, code: 'CONF_INVALID', message: `DIR/${name} is ${message}`, hint };
}

function directory(name: string, files: readonly string[], [message, hint]: readonly [string, string]): BadInput {
  const args: BadInput['args'] = (store) => {
    mkdirSync(join(store.directory, 'given'));
    for (const path of files) store.file(`given/${path}`, '');
    return build(store, join(store.directory, 'given'));
  };
  return { name, args, code: 'CONF_INVALID', message: `DIR/given is ${message}`, hint };
}

const SCRIPT = '#!/bin/sh\nexec true\n';
const CONFS = ['a', 'b'].map((name) => `/nix/store/${'0'.repeat(32)}-${name}-conf.json`);

testBadInputs('files that are no conf', [
  file('empty.json', '', ['empty', 'The command that was to write it may have failed.']),
  file('image.tar', () => dockerArchive({}), [
    'a docker-archive, not a conf',
    `To check it, run \`layerstream verify DIR/image.tar\`. ${AGAIN}`,
  ]),
  file("it's.tgz", async () => gzipSync(await dockerArchive({})), [
    'a docker-archive, compressed with gzip, not a conf',
    `To check it, run \`layerstream verify 'DIR/it'\\''s.tgz'\`. ${AGAIN}`,
  ]),
  file('oci.tar', () => makeArchive([{ name: 'oci-layout', body: '{}' }]), [
    'an archive of an OCI image layout, not a conf',
    `To check it, run \`layerstream verify DIR/oci.tar\`. ${AGAIN}`,
  ]),
  file('app.tar', () => makeArchive([{ name: 'app/x', body: '' }]), ['a tar archive, not a conf']),
  file('conf.json.gz', gzipSync('{"store_layers":[]}'), [
    'a conf, compressed with gzip',
    'Decompress it: `gzip -dc DIR/conf.json.gz | layerstream -`.',
  ]),
  file('conf.json.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), [
    'compressed with xz, not a conf',
    'Decompress it: `xz -dc DIR/conf.json.xz | layerstream -`.',
  ]),
  file('index.json', '{"schemaVersion":2,"manifests":[]}', [
    'the index of an OCI image layout, not a conf',
    `To check it, run \`layerstream verify DIR\`. ${AGAIN}`,
  ]),
  file('manifest.json', '{"schemaVersion":2,"config":{},"layers":[]}', ['the manifest of an image, not a conf']),
  file('package.json', '{"name":"x","version":"1.0.0"}', ['the package.json of an npm package, not a conf']),
  file('other.json', '[1]', ['a JSON document, not a conf']),
  file('inspect.json', '[{"Id":"sha256:0","RepoTags":["a:1"],"RootFS":{}}]', [
    'what `docker inspect` prints, not a conf',
  ]),
  file('n2c.json', '{"version":1,"image-config":{},"layers":[]}', [
    'an image of nix2container, not a conf',
    'Its own `copyTo` builds it. layerstream builds images of dockerTools.streamLayeredImage: give the conf that `nix build .#image.conf` makes.',
  ]),
  file('build.json', '[{"drvPath":"/nix/store/x.drv","outputs":{}}]', [
    'what `nix build --json` prints, not a conf',
    'Give the path: `layerstream $(nix build --print-out-paths .#image.conf)`.',
  ]),
  file('app.drv', 'Derive([],[],[],"x","y",[],[])', [
    'a derivation, not a conf',
    'Build it, and give what that prints: `layerstream $(nix-store --realise DIR/app.drv)`.',
  ]),
  file('default.nix', '{ pkgs }: pkgs.hello', ['a Nix expression, not a conf']),
  file('Dockerfile', '# x\nFROM debian\n', [
    'a Dockerfile, not a conf',
    '`docker build` builds it. layerstream builds images of Nix: give the conf that `nix build .#image.conf` makes.',
  ]),
  file('program', '\x7fELF', ['a program, not a conf']),
  file('script', SCRIPT, ['a script, not a conf', `It names no conf. ${GIVE}`]),
  file('both', `#!/bin/sh\ntrue ${CONFS.join(' ')}\n`, [
    'a script, not a conf',
    `It names several confs; give one of them: ${CONFS.join(' ')}`,
  ]),
  {
    name: 'what the same mistakes give on standard input',
    args: (store) => build(store, '-'),
    input: `/nix/store/${'0'.repeat(32)}-app-conf.json\n`,
    code: 'CONF_INVALID',
    message: 'standard input is the name of a store path, not a conf',
    hint: 'Give the path itself: `layerstream $(nix build --print-out-paths .#image.conf)`.',
  },
  {
    name: 'what has no end, of which only the start is read',
    args: (store) => build(store, '/dev/zero'),
    code: 'CONF_INVALID',
    message: '/dev/zero is a tar archive, not a conf',
  },
  {
    name: 'nothing on standard input',
    args: (store) => build(store, '-'),
    code: 'CONF_INVALID',
    message: 'standard input is empty',
    hint: 'Pipe a conf into it, or name a file.',
  },
  {
    name: 'a description of a later version',
    args: (store) => build(store, store.file('image.json', '{"schemaVersion":9,"repoTags":["a:1"],"layers":[]}')),
    code: 'DESCRIPTION_INVALID',
    message: 'description DIR/image.json: schemaVersion: expected 3, found 9',
    hint: 'Describe the image again, with the layerstream that reads it.',
  },
]);

testBadInputs('directories that are no conf', [
  directory(
    'a layout',
    ['oci-layout'],
    ['an OCI image layout, not a conf', `To check it, run \`layerstream verify DIR/given\`. ${AGAIN}`],
  ),
  directory('a customisation layer', ['layer.tar', 'checksum'], ['a customisation layer, not a conf', GIVE]),
  directory(
    'a flake',
    ['flake.nix', 'default.nix'],
    ['a flake, not a conf', 'Build the conf with `nix build DIR/given#image.conf`, and give that.'],
  ),
  directory(
    'an expression',
    ['default.nix'],
    ['a Nix expression, not a conf', 'Build the conf with `nix-build DIR/given -A image.conf`, and give that.'],
  ),
  directory('another one', [], ['a directory, not a conf', GIVE]),
]);

const GONE = `/nix/store/${'0'.repeat(32)}-app-conf.json`;

function linkTo(store: TestStore, target: string): string {
  symlinkSync(target, join(store.directory, 'link.json'));
  return join(store.directory, 'link.json');
}

testBadInputs('confs that are not there', [
  {
    name: 'a file that is missing',
    args: (store) => [join(store.directory, 'missing.json')],
    code: 'CONF_INVALID',
    message: 'conf DIR/missing.json does not exist',
    hint: HINT,
  },
  {
    name: 'a file below a file',
    args: (store) => [join(store.conf(), 'x')],
    code: 'CONF_INVALID',
    message: 'conf DIR/conf.json/x cannot be read: ENOTDIR: not a directory',
    hint: HINT,
  },
  {
    name: 'a store path that is missing',
    args: () => [GONE],
    code: 'CONF_INVALID',
    message: `conf ${GONE} does not exist`,
    hint: `Bring it here with \`nix-store --realise ${GONE}\`, or use --store-root if the store lies below another directory.`,
  },
  {
    name: 'a store path that is missing below a store root, too',
    args: (store) => build(store, GONE),
    code: 'CONF_INVALID',
    message: `conf ${GONE} does not exist, nor does DIR/root${GONE}`,
    hint: `Bring it here with \`nix-store --store DIR/root --realise ${GONE}\`.`,
  },
  {
    name: 'a link to a store path that is missing',
    args: (store) => [linkTo(store, GONE)],
    code: 'CONF_INVALID',
    message: `conf DIR/link.json leads to ${GONE}, which does not exist`,
    hint: `Bring it here with \`nix-store --realise ${GONE}\`, or use --store-root if the store lies below another directory.`,
  },
  {
    name: 'an output of a flake, which was to be built',
    args: () => ['.#image.conf'],
    code: 'CONF_INVALID',
    message: 'conf .#image.conf does not exist',
    hint: 'An output of a flake has to be built first: `nix build .#image.conf --out-link conf.json`.',
  },
  ...['stream', 'oci', 'describe'].map(
    (command): BadInput => ({
      name: `a script whose conf is missing, for ${command}`,
      args: (store) => [
        command,
        store.file('result', `#!/bin/sh\nexec x ${GONE}\n`),
        ...(command === 'oci' ? ['x'] : []),
      ],
      code: 'CONF_INVALID',
      message: `conf ${GONE} does not exist`,
    }),
  ),
]);
