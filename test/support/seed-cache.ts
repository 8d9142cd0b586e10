/** The digests that a build would have stored of an image if its files were older. */
import { layerKey } from '../../src/cache/key.js';
import type { Conf } from '../../src/config/model.js';
import { openInputs } from '../../src/inputs/inputs.js';
import { digestOf } from '../../src/oci/digest.js';
import { openCache } from './cache.js';
import { layerBytes, scan } from './layers.js';

export interface Seed {
  readonly conf: Conf;
  readonly storeRoot: string;
  /** How many of the layers that are made of trees; all by default. */
  readonly layers?: number;
}

/** Stores the digests of layers that are made of trees. */
export async function seedCache(directory: string, { conf, storeRoot, layers }: Seed): Promise<void> {
  const inputs = await openInputs({ conf }, { storeRoot, source: 'conf' });
  try {
    const { cache } = openCache(directory);
    const trees = inputs.layers.flatMap(({ source }) => (source.kind === 'tree' ? [source.spec] : []));
    for (const spec of trees.slice(0, layers)) {
      const content = scan(spec);
      const bytes = layerBytes(content);
      cache.store(layerKey(content), { diffId: digestOf(bytes), size: bytes.length, blobs: new Map() });
    }
  } finally {
    inputs.close();
  }
}
