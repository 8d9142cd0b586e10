/** Confs that name what is not there, or not what it should be. */

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { sha256 } from '../support/cli-archive.js';
import { type BadInput, build, testBadInputs } from '../support/cli-bad-input.js';
import { APP, CUSTOM, LIB, type TestStore } from '../support/cli-store.js';

/** A conf of current nixpkgs' kind, whose customisation layer is made. */
function ready(name: string, make: (store: TestStore) => void, message: string): BadInput {
  const args: BadInput['args'] = (store) => {
    make(store);
    return build(store, store.currentConf());
  };
  return { name, args, code: 'CONF_INVALID', message: `DIR/conf.json: customisation_layer: ${message}` };
}

const AT = `DIR/root${CUSTOM}`;
const EXPECTED = 'expected a directory with layer.tar and checksum';
const OTHER = sha256('other');
const EMPTY = sha256(Buffer.alloc(10_240));

testBadInputs('store paths that cannot become layers', [
  {
    name: 'paths that are missing, all reported at once',
    args: (store) => build(store, store.conf({ store_layers: [[APP, `${LIB}-gone`], [], [`${APP}/bin/app/x`]] })),
    code: 'CONF_INVALID',
    message:
      'DIR/conf.json: 2 faults\n' +
      `  store_layers[0][1]: DIR/root${LIB}-gone does not exist\n` +
      `  store_layers[2][0]: DIR/root${APP}/bin/app/x cannot be read: ENOTDIR: not a directory`,
    hint: `Bring it here with \`nix-store --store DIR/root --realise ${LIB}-gone\`.`,
  },
  {
    name: 'a path that is missing where no store root is named',
    args: (store) => [store.conf({ store_layers: [[`${LIB}-gone/lib`]], customisation_layer: `${LIB}-gone/etc` })],
    code: 'CONF_INVALID',
    message:
      'DIR/conf.json: 2 faults\n' +
      `  store_layers[0][0]: ${LIB}-gone/lib does not exist\n` +
      `  customisation_layer: ${LIB}-gone/etc does not exist`,
    hint: `Bring it here with \`nix-store --realise ${LIB}-gone\`, or use --store-root if the store lies below another directory.`,
  },
  {
    name: 'many paths that are missing',
    args: (store) =>
      build(store, store.conf({ store_layers: [['a', 'b', 'c', 'd'].map((name) => `/nix/store/${name}`)] })),
    code: 'CONF_INVALID',
    message:
      'DIR/conf.json: 4 faults\n' +
      [...'abcd'].map((name, i) => `  store_layers[0][${i}]: DIR/root/nix/store/${name} does not exist`).join('\n'),
    hint: 'Bring them here with `nix-store --store DIR/root --realise /nix/store/a /nix/store/b /nix/store/c …`.',
  },
  {
    name: 'a name longer than any can be',
    args: (store) => build(store, store.conf({ store_layers: [[`/nix/store/${'x'.repeat(300)}`]] })),
    code: 'CONF_INVALID',
    message: `DIR/conf.json: store_layers[0][0]: DIR/root/nix/store/${'x'.repeat(300)} cannot be read: ENAMETOOLONG: name too long`,
  },
  {
    name: 'a customisation layer, as a tree, that is missing',
    args: (store) => build(store, store.conf({ customisation_layer: `${CUSTOM}-gone` })),
    code: 'CONF_INVALID',
    message: `DIR/conf.json: customisation_layer: DIR/root${CUSTOM}-gone does not exist`,
  },
  {
    name: 'a customisation layer, as a tree, that is a file',
    args: (store) => build(store, store.conf({ customisation_layer: `${APP}/bin/app` })),
    code: 'CONF_INVALID',
    message: `DIR/conf.json: customisation_layer: expected a directory, whose tree becomes the last layer; DIR/root${APP}/bin/app is none`,
  },
  {
    name: 'a conf of the first kind with a customisation layer of the other',
    args: (store) => {
      store.readyLayer();
      return build(store, store.conf());
    },
    code: 'CONF_INVALID',
    message:
      `DIR/conf.json: customisation_layer: ${AT} holds layer.tar and checksum, as current nixpkgs makes them, but the ` +
      'conf is of the first script\'s kind; give it "store_dir": "/nix/store" (and "mtime", "uid", "gid", "uname", ' +
      '"gname") to make it a current one',
  },
]);

testBadInputs('customisation layers that are not ready', [
  ready('missing', (store) => rmSync(store.at(CUSTOM), { recursive: true }), `${AT} does not exist`),
  ready(
    'a file',
    (store) => {
      rmSync(store.at(CUSTOM), { recursive: true });
      store.tree('/nix/store', { [CUSTOM.slice('/nix/store/'.length)]: 'text' });
    },
    `${EXPECTED}; ${AT} is none`,
  ),
  ready('without a checksum', () => {}, `${EXPECTED}; ${AT} has no checksum`),
  ready(
    'without a layer.tar',
    (store) => store.tree(CUSTOM, { checksum: OTHER }),
    `${EXPECTED}; ${AT}: ENOENT: no such file or directory`,
  ),
  ready(
    'with a bad checksum',
    (store) => store.readyLayer({ checksum: 'abc' }),
    `expected 64 hex digits in ${AT}/checksum`,
  ),
  ready(
    'with a checksum that is a fifo',
    (store) => {
      store.readyLayer();
      rmSync(`${store.at(CUSTOM)}/checksum`);
      execFileSync('mkfifo', [`${store.at(CUSTOM)}/checksum`]);
    },
    `expected 64 hex digits in ${AT}/checksum`,
  ),
  ready(
    'with a layer.tar that is a directory',
    (store) => store.tree(CUSTOM, { checksum: OTHER, 'layer.tar/file': '' }),
    `expected ${AT}/layer.tar to be a file`,
  ),
  {
    name: 'with a checksum of something else',
    args: (store) => {
      store.readyLayer({ checksum: OTHER });
      return build(store, store.currentConf());
    },
    status: 1,
    code: 'DIGEST_MISMATCH',
    message: `customisation layer ${CUSTOM}: its checksum says sha256:${OTHER}, but its layer.tar is sha256:${EMPTY}`,
    hint: 'The path is damaged: repair it, or build it again.',
  },
  {
    name: 'with a checksum of something else, in a single pass',
    args: (store) => {
      store.readyLayer({ checksum: OTHER });
      return build(store, store.currentConf(), '--single-pass');
    },
    status: 1,
    code: 'DIGEST_MISMATCH',
    message: `customisation layer ${CUSTOM}: its checksum says sha256:${OTHER}, but its layer.tar is sha256:${EMPTY}`,
    hint: 'The path is damaged: repair it, or build it again.',
  },
]);
