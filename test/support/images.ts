import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Conf } from '../../src/config/model.js';
import { parseConf } from '../../src/config/parse.js';
import { digestOf, hexOf } from '../../src/oci/digest.js';
import type { FileForm } from '../../src/scan/spec.js';
import { dockerMembers, makeArchive } from './archives.js';
import { CURRENT_KIND, FIRST_KIND } from './confs.js';
import { makeStore } from './layers.js';
import { zstdFrame } from './zstd.js';

const PACK = { tar: (bytes: Buffer) => bytes, gzip: gzipSync, zstd: zstdFrame } as const;

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

/** As `makeImage`, of the current kind and upon a base of one layer. The base has `BASE=1` in its environment. */
export async function makeImageOnBase(
  root: string,
  { base, sizes, form }: { readonly base: Buffer; readonly sizes: readonly number[]; readonly form: FileForm },
): Promise<TestImage> {
  const { layers, config, manifest } = dockerMembers({
    layers: [PACK[form](base)],
    diffIds: [digestOf(base)],
    config: { config: { Env: ['BASE=1'] } },
  });
  const path = join(root, 'base.tar');
  writeFileSync(path, await makeArchive([...layers, config, manifest]));
  const { storeRoot, store } = makeImage(root, sizes);
  const ready = Buffer.alloc(10_240);
  writeFileSync(join(store, 'custom/layer.tar'), ready);
  writeFileSync(join(store, 'custom/checksum'), hexOf(digestOf(ready)));
  const conf = {
    ...CURRENT_KIND,
    from_image: path,
    store_layers: sizes.map((_, i) => [`/nix/store/layer-${i}`]),
    customisation_layer: '/nix/store/custom',
  };
  return { conf: parseConf(JSON.stringify(conf)).conf, storeRoot, store };
}
