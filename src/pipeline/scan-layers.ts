import { joinSlices, type ScannedTree, sliceTree } from '../scan/walk.js';
import type { Pool } from '../threads/pool.js';
import { runBounded } from '../threads/run-bounded.js';
import { inspect } from '../threads/tasks/inspect.js';
import { scan } from '../threads/tasks/scan.js';
import type { PipelineLayer } from './layer.js';
import { threadsToScan } from './schedule.js';
import type { Tally } from './tally.js';

/** Walks the trees of all layers, and looks how those of a base image are compressed. */
export async function scanLayers(layers: readonly PipelineLayer[], pool: Pool, tally: Tally): Promise<void> {
  const steps = layers.flatMap((layer) => scanSteps(layer, pool, tally));
  const paths = layers.reduce((total, { plan }) => total + plan.paths.length, 0);
  await runBounded(steps, threadsToScan(paths, pool.threads), (step) => step());
}

function scanSteps(layer: PipelineLayer, pool: Pool, tally: Tally): (() => Promise<void>)[] {
  const { source } = layer.plan;
  switch (source.kind) {
    case 'part':
      return [async () => layer.setContent((await inspect(pool, source.part)).value)];
    case 'tree': {
      const { spec } = source;
      const specs = sliceTree(spec);
      const scans: ScannedTree[] = [];
      let left = specs.length;
      return specs.map((slice, i) => async (): Promise<void> => {
        const { value, timing } = await scan(pool, slice);
        tally.onTask('scan', layer, { bytes: value.entriesSize, timing });
        tally.scannedPart({ paths: slice.paths.length, entries: value.listing.count });
        scans[i] = value;
        if (--left > 0) return;
        layer.setContent(joinSlices(spec, scans));
        tally.scanned(layer);
      });
    }
    default:
      return [];
  }
}
