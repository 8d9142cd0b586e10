/** Arguments and layouts that `layerstream oci` cannot use. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { WITHOUT_ZSTD } from '../support/blobs.js';
import { type BadInput, testBadInputs } from '../support/cli-bad-input.js';
import type { TestStore } from '../support/cli-store.js';

const LAYOUT_HINT = 'Name an OCI image layout, or a directory that is empty or missing.';

function oci(store: TestStore, ...more: readonly string[]): string[] {
  return ['oci', store.conf(), '--store-root', store.root, ...more];
}

/** A layout with such a text in `oci-layout`, next to the directory that has to stay empty. */
function layoutOf(store: TestStore, text: string): string {
  const path = join(store.directory, 'layout');
  mkdirSync(path);
  store.file('layout/oci-layout', text);
  return path;
}

/** A conf for another platform. */
function second(store: TestStore, fields: object): string {
  const conf: object = JSON.parse(readFileSync(store.conf(), 'utf8'));
  return store.file('second.json', JSON.stringify({ ...conf, architecture: 'arm64', ...fields }));
}

const ROWS: BadInput[] = [
  {
    name: 'no place',
    args: (store) => oci(store),
    code: 'USAGE',
    message: 'no place is named for the image',
    hint: 'Name a directory for a layout, or with --output a file for an archive of one.',
  },
  {
    name: 'standard input as the place',
    args: (store) => oci(store, '-'),
    code: 'USAGE',
    message: 'no place is named for the image',
  },
  {
    name: 'two places',
    args: (store) => oci(store, store.root, '-o', 'image.tar'),
    code: 'USAGE',
    message: 'both a directory, DIR/root, and --output are given',
    hint: 'The image goes into a layout or into an archive of one: name one of them.',
  },
  {
    name: '--gc with an archive',
    args: (store) => oci(store, '-o', 'image.tar', '--gc'),
    code: 'USAGE',
    message: '--gc is for layouts: an archive has no blobs of other images',
  },
  ...['lzma', 'gzip:0', 'gzip:10', 'zstd:20', 'none:1', 'GZIP'].map(
    (kind): BadInput => ({
      name: `the compression ${kind}`,
      args: (store) => oci(store, 'layout', '--compression', kind),
      code: 'USAGE',
      message: `unknown compression "${kind}"`,
    }),
  ),
  ...(WITHOUT_ZSTD === false
    ? []
    : [
        {
          name: 'zstd where there is none',
          args: (store: TestStore) => oci(store, 'layout', '--compression', 'zstd'),
          code: 'USAGE',
          message: `this Node.js, ${process.version}, has no zstd`,
          hint: 'Use Node.js 22.15 or newer (of 23, 23.8 or newer), or gzip.',
        },
      ]),
  ...['layout', '-o'].flatMap((place) =>
    ['Bad/App:1', 'app:', 'app:1:2', '-1', 'app@sha256:12', 'sha256:12', 'Bad Tag'].map(
      (tag): BadInput => ({
        name: `${tag} as a name, for ${place}`,
        args: (store) => oci(store, ...(place === '-o' ? ['-o', 'image.tar'] : [place]), `--tag=${tag}`),
        code: 'USAGE',
        message: `"${tag}" is not an image name`,
        hint: 'A name is like app:1.2 or registry.example/team/app:1.2, with no capitals in the repository.',
      }),
    ),
  ),
  {
    name: 'a conf that has no name for a layout',
    args: (store) => ['oci', store.conf({ repo_tag: 'App:1' }), '--store-root', store.root, 'layout'],
    code: 'CONF_INVALID',
    message: 'DIR/conf.json: repo_tag: "App:1" is not an image name',
    hint:
      'Name the image with --tag. A name is like app:1.2 or registry.example/team/app:1.2, with no capitals in the ' +
      'repository.',
  },
  {
    name: 'a conf that is none',
    args: (store) => ['oci', store.file('conf.json', '{'), '--store-root', store.root, 'layout'],
    code: 'CONF_INVALID',
    message: 'DIR/conf.json: not JSON: line 1, column 2: expected a key in double quotes',
  },
  {
    name: 'a file as the layout',
    args: (store) => oci(store, store.file('file', '')),
    code: 'USAGE',
    message: 'DIR/file is not a directory',
    hint: 'Name the directory of the layout after the confs, or with --output a file for an archive of one.',
  },
  {
    name: 'two confs for one platform',
    args: (store) => oci(store, store.file('again.json', readFileSync(store.conf())), 'layout'),
    code: 'USAGE',
    message: 'DIR/conf.json and DIR/again.json are both for linux/amd64',
    hint: 'What is built together becomes one index, with one image for each platform. Build other images on their own.',
  },
  {
    name: 'confs with different names',
    args: (store) => oci(store, second(store, { repo_tag: 'web:1' }), 'layout'),
    code: 'USAGE',
    message: 'the confs have different names: app:1; web:1',
    hint: 'Give the name that all images are to have with --tag.',
  },
  {
    name: 'confs of which the last cannot be built',
    args: (store) => oci(store, second(store, { store_layers: [['/nix/store/none']] }), 'layout'),
    code: 'CONF_INVALID',
    message: 'DIR/second.json: store_layers[0][0]: DIR/root/nix/store/none does not exist',
  },
  {
    name: 'standard input as two confs',
    args: (store) => ['oci', '-', '-', 'layout', '--store-root', store.root],
    code: 'USAGE',
    message: 'standard input is given as two confs',
    hint: 'Only one can be read from it.',
  },
  ...['--report', '--trace'].map(
    (option): BadInput => ({
      name: `${option} of several images`,
      args: (store) => oci(store, second(store, {}), 'layout', option, 'file'),
      code: 'USAGE',
      message: `${option} shows how one image is built, and 2 confs are given`,
      hint: `Leave out ${option}, or build one image after the other into a layout: they become the same index.`,
    }),
  ),
  {
    name: 'a directory that holds something else',
    args: (store) => oci(store, store.root),
    code: 'LAYOUT_INVALID',
    message: 'DIR/root is not empty, and has no oci-layout',
    hint: LAYOUT_HINT,
  },
  {
    name: 'a layout of another version',
    args: (store) => oci(store, layoutOf(store, '{"imageLayoutVersion":"2.0.0"}')),
    code: 'LAYOUT_INVALID',
    message: 'DIR/layout/oci-layout is of version 2.0.0; only 1.0.0 is known',
    hint: LAYOUT_HINT,
  },
  ...['oci', 'stream --layout'].flatMap((command): BadInput[] => {
    // The conf is missing: nothing was read before the place was looked at.
    const into = (store: TestStore, place: string): string[] => {
      const conf = join(store.directory, 'none.json');
      return command === 'oci' ? ['oci', conf, place] : ['stream', conf, '-o', store.output(), '--layout', place];
    };
    return [
      {
        name: `a layout below a file, for ${command}`,
        args: (store) => into(store, join(store.file('file', ''), 'a/layout')),
        code: 'USAGE',
        message: 'DIR/file/a/layout cannot be written: DIR/file is not a directory',
      },
      {
        name: `a layout where no directory can be made, for ${command}`,
        args: (store) => into(store, '/proc/self/a/layout'),
        code: 'USAGE',
        message:
          '/proc/self/a/layout cannot be written: no file can be made in /proc/self: EPERM: operation not permitted',
        hint: 'Write to a directory in which this user may make files.',
      },
      {
        name: `a link to nothing as the layout, for ${command}`,
        args: (store) => {
          symlinkSync('missing', join(store.directory, 'link'));
          return into(store, join(store.directory, 'link'));
        },
        code: 'USAGE',
        message: 'DIR/link cannot be written: it is a link to missing, which does not exist',
      },
      {
        name: `a directory of something else, for ${command}`,
        args: (store) => into(store, store.root),
        code: 'LAYOUT_INVALID',
        message: 'DIR/root is not empty, and has no oci-layout',
        hint: LAYOUT_HINT,
      },
    ];
  }),
];

testBadInputs('what oci refuses', ROWS);
