import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Conf } from '../../src/config/model.js';
import { parseConf } from '../../src/config/parse.js';
import type { ConfIssue } from '../../src/ground/errors.js';
import { type OpenCustomisation, openCustomisation } from '../../src/inputs/customisation.js';
import { digestOf, hexOf } from '../../src/oci/digest.js';
import { CURRENT_KIND, FIRST_KIND } from '../support/confs.js';
import { openDescriptors } from '../support/descriptors.js';
import { layerBytes, makeStore } from '../support/layers.js';
import { withTempDir } from '../support/temp-dir.js';

const FIRST = parseConf(JSON.stringify(FIRST_KIND)).conf;
const CURRENT = parseConf(JSON.stringify(CURRENT_KIND)).conf;
const TAR = Buffer.alloc(10_240, 'a tar ');

test('a tar that is ready is open until it is closed, and has the digest of its checksum, which is to be proven', () =>
  withCustom(({ custom, root, open }) => {
    writeFileSync(join(custom, 'layer.tar'), TAR);
    writeFileSync(join(custom, 'checksum'), `${hexOf(digestOf(TAR))}\n`);
    const { opened, issues } = open(CURRENT);
    const [layer = assert.fail()] = opened.layers;
    assert.deepEqual(issues, []);
    assert.deepEqual(layer.announced, { diffId: digestOf(TAR), by: 'checksum', isTrusted: false });
    assert.ok(layer.source.kind === 'tar');
    assert.ok(layerBytes(layer.source.content).equals(TAR));
    assert.equal(openDescriptors(root).length, 1);
    opened.close();
    assert.deepEqual(openDescriptors(root), []);
  }));

test('a directory becomes a layer of its tree, and nothing is open', () =>
  withCustom(({ root, open }) => {
    const { opened, issues } = open(FIRST);
    assert.deepEqual(issues, []);
    assert.deepEqual(
      opened.layers.map(({ source, announced }) => [source.kind, announced]),
      [['tree', undefined]],
    );
    assert.deepEqual(openDescriptors(root), []);
    opened.close();
  }));

test('what is wrong is one issue, and gives no layer', () =>
  withCustom(({ custom, root, open }) => {
    writeFileSync(join(custom, 'layer.tar'), TAR);
    for (const checksum of ['abc', '0'.repeat(5000)]) {
      writeFileSync(join(custom, 'checksum'), checksum);
      const { opened, issues } = open(CURRENT);
      assert.deepEqual(opened.layers, []);
      const message = `expected 64 hex digits in ${custom}/checksum`;
      assert.deepEqual(issues, [{ place: 'customisation_layer', message }]);
    }
    assert.match(open(FIRST).issues[0]?.message ?? '', /of the first script's kind/);
    assert.deepEqual(openDescriptors(root), []);
  }));

test('one that is not there is an issue, or a layer that is missing where that may be', () =>
  withCustom(({ custom, open }) => {
    const conf = { ...CURRENT, customisation: { kind: 'tar', path: '/nix/store/none' } } as const;
    const path = custom.replace('cccc-custom', 'none');
    assert.deepEqual(open(conf).issues, [{ place: 'customisation_layer', message: `${path} does not exist` }]);
    const { opened, issues } = open(conf, true);
    assert.deepEqual(issues, []);
    assert.deepEqual(
      opened.layers.map(({ source }) => source),
      [{ kind: 'missing', path }],
    );
  }));

interface Custom {
  readonly root: string;
  /** The directory of the customisation layer. */
  readonly custom: string;
  open(conf: Conf, mayMiss?: true): { readonly opened: OpenCustomisation; readonly issues: ConfIssue[] };
}

function withCustom(action: (custom: Custom) => void): Promise<void> {
  return withTempDir((root) => {
    const custom = join(makeStore(root), 'cccc-custom');
    mkdirSync(custom);
    const places = { storeDir: '/nix/store', storeRoot: root };
    const open: Custom['open'] = (conf, mayMiss) => {
      const issues: ConfIssue[] = [];
      return { opened: openCustomisation(conf, { places, issues, mayMiss: mayMiss === true }), issues };
    };
    action({ root, custom, open });
  });
}
