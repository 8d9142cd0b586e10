import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Conf } from '../../src/config/model.js';
import { parseConf } from '../../src/config/parse.js';
import { FIRST_KIND } from './confs.js';
import { makeStore } from './layers.js';

export interface TestImage {
  readonly conf: Conf;
  readonly storeRoot: string;
  readonly store: string;
}

/** A store with a layer for each size, made of one file of as many bytes, and an empty customisation layer. */
export function makeImage(root: string, sizes: readonly number[]): TestImage {
  const store = makeStore(root);
  sizes.forEach((size, i) => {
    writeFileSync(join(store, `layer-${i}`), Buffer.alloc(size, `layer ${i} `));
  });
  mkdirSync(join(store, 'custom'));
  const conf = {
    ...FIRST_KIND,
    store_layers: sizes.map((_, i) => [`/nix/store/layer-${i}`]),
    customisation_layer: '/nix/store/custom',
  };
  return { conf: parseConf(JSON.stringify(conf)).conf, storeRoot: root, store };
}
