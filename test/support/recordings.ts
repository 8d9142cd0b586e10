import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDockerArchive, writeLayout } from '../../src/api/functions.js';
import type { CompressionSetting } from '../../src/compression/setting.js';
import { parseConf } from '../../src/config/parse.js';
import { Recording } from '../../src/events/recording.js';
import { FIRST_KIND } from './confs.js';
import { makeStore } from './layers.js';
import { withTempDir } from './temp-dir.js';

/**
 * The recording of a real build, which streams an archive or writes blobs. It has a layer for each size, of a store path
 * with two files, and an empty layer.
 */
export function recordBuild(
  sizes: readonly number[],
  { blobs, ...options }: { workers?: number; singlePass?: boolean; blobs?: CompressionSetting } = {},
): Promise<Recording> {
  return withTempDir(async (root) => {
    const store = makeStore(root);
    const paths = sizes.map((size, i) => {
      mkdirSync(join(store, `path-${i}`));
      writeFileSync(join(store, `path-${i}`, 'large'), Buffer.alloc(size));
      writeFileSync(join(store, `path-${i}`, 'small'), 'small');
      return `/nix/store/path-${i}`;
    });
    mkdirSync(join(store, 'custom'));
    const layers = { store_layers: paths.map((path) => [path]), customisation_layer: '/nix/store/custom' };
    const { conf } = parseConf(JSON.stringify({ ...FIRST_KIND, ...layers }));
    const recording = new Recording();
    const { onEvent } = recording;
    const all = { storeRoot: root, workers: 2, ...options, onEvent };
    if (blobs === undefined) await buildDockerArchive(conf, { write: async () => {} }, all);
    else await writeLayout(conf, join(root, 'layout'), { ...all, compression: blobs });
    return recording;
  });
}
