import type { BuildSummary } from '../events/events.js';
import type { Descriptor } from '../oci/descriptor.js';
import { layerMediaType } from '../oci/media-types.js';
import type { LaidOut } from '../sinks/oci-layout.js';
import type { LayoutSummary } from './options.js';

export interface BuiltIntoLayout {
  readonly built: LaidOut;
  readonly summary: BuildSummary;
}

/** What a caller needs to go on with an image that is in a layout. `targets` are what its names lead to. */
export function summarizeLayout({ built, summary }: BuiltIntoLayout, targets: readonly Descriptor[]): LayoutSummary {
  const layers = built.layers.map(({ digest, size, compression, outcome }, i) => {
    const layer = summary.layers[i];
    if (layer === undefined) throw new RangeError(`layer ${i + 1} has no summary`);
    return { ...layer, descriptor: { mediaType: layerMediaType(compression), digest, size }, outcome };
  });
  return { ...summary, targets, manifest: built.manifest, layers };
}
