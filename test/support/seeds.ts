/** Caches that know the layers of a conf, as if an earlier build had hashed them, even if the files are new. */
import { readFileSync } from 'node:fs';
import type { KnownLayer } from '../../src/cache/entry.js';
import { type LayerKey, layerKey } from '../../src/cache/key.js';
import type { Conf } from '../../src/config/model.js';
import { parseConf } from '../../src/config/parse.js';
import { openInputs } from '../../src/inputs/inputs.js';
import type { LayerPlan } from '../../src/inputs/plan.js';
import { digestLayer } from '../../src/layer/digest.js';
import type { LayerContent } from '../../src/layer/source.js';
import { openCache } from './cache.js';
import { scan } from './layers.js';

export interface SeededLayer {
  readonly key: LayerKey;
  readonly facts: KnownLayer;
}

/** What a build could know of each layer of a conf file. */
export function knowLayers(confPath: string, storeRoot: string): Promise<SeededLayer[]> {
  return knowConf(parseConf(readFileSync(confPath)).conf, storeRoot);
}

/** What a build could know of each layer of a conf. */
export async function knowConf(conf: Conf, storeRoot: string): Promise<SeededLayer[]> {
  const inputs = await openInputs({ conf }, { storeRoot, source: 'conf' });
  try {
    return await Promise.all(
      inputs.layers.map(async (plan) => {
        const content = contentOf(plan);
        const facts = { diffId: await digestLayer(content), size: content.size, blobs: new Map() };
        return { key: layerKey(content), facts };
      }),
    );
  } finally {
    inputs.close();
  }
}

export function seed(directory: string, layers: readonly SeededLayer[]): void {
  const { cache, warnings } = openCache(directory);
  for (const { key, facts } of layers) cache.store(key, facts);
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
}

function contentOf({ index, source }: LayerPlan): LayerContent {
  switch (source.kind) {
    case 'tree':
      return scan(source.spec);
    case 'tar':
      return source.content;
    default:
      throw new TypeError(`layer ${index} is made of nothing`);
  }
}
