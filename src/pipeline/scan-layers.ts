import { displayName } from '../ground/bytestring.js';
import { formatNames } from '../ground/format.js';
import { joinSlices, type ScannedTree, sliceTree } from '../scan/walk.js';
import type { Pool } from '../threads/pool.js';
import { runBounded } from '../threads/run-bounded.js';
import { scan } from '../threads/tasks/scan.js';
import type { PipelineLayer } from './layer.js';
import { threadsToScan } from './schedule.js';
import type { Tally } from './tally.js';

/** Paths that one warning names. */
const MOST_NAMED = 3;

/** Walks the trees of all layers. */
export async function scanLayers(layers: readonly PipelineLayer[], pool: Pool, tally: Tally): Promise<void> {
  const steps = layers.flatMap((layer) => scanSteps(layer, pool, tally));
  const paths = layers.reduce((total, { plan }) => total + plan.paths.length, 0);
  await runBounded(steps, threadsToScan(paths, pool.threads), (step) => step());
}

function scanSteps(layer: PipelineLayer, pool: Pool, tally: Tally): (() => Promise<void>)[] {
  const { source } = layer.plan;
  switch (source.kind) {
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
        warnOfWhiteouts(layer, scans, tally);
        layer.setContent(joinSlices(spec, scans));
        tally.scanned(layer);
      });
    }
    default:
      return [];
  }
}

function warnOfWhiteouts({ plan }: PipelineLayer, scans: readonly ScannedTree[], tally: Tally): void {
  const paths = scans.flatMap(({ whiteouts }) => whiteouts.map(displayName));
  if (paths.length === 0) return;
  tally.warn(
    `names that begin with .wh. in layer ${plan.index + 1}: ${formatNames(paths, MOST_NAMED)}. Docker and other ` +
      'runtimes take such a file for the mark that another is deleted: a container has neither the file, nor the one ' +
      'that it marks in a lower layer',
  );
}
