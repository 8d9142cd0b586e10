import type { BuildSummary } from '../events/events.js';
import { layerMediaType } from '../oci/media-types.js';
import type { LaidOut } from '../sinks/oci-layout.js';
import type { LayoutSummary } from './options.js';

/** What a caller needs to go on with an image that is in a layout. */
export function summarizeLayout({
  built,
  summary,
}: {
  readonly built: LaidOut;
  readonly summary: BuildSummary;
}): LayoutSummary {
  const layers = built.layers.map(({ digest, size, compression, outcome }, i) => {
    const layer = summary.layers[i];
    if (layer === undefined) throw new RangeError(`layer ${i + 1} has no summary`);
    return { ...layer, descriptor: { mediaType: layerMediaType(compression), digest, size }, outcome };
  });
  return { ...summary, manifest: built.manifest, layers };
}
