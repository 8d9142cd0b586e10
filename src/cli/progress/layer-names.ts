import type { BuildEvent } from '../../events/events.js';
import { formatCount } from '../../ground/format.js';
import { printable } from '../../ground/printable.js';
import { largestFirst, storeName } from '../../ground/store-name.js';
import type { LayerOrigin } from '../../scan/spec.js';

const ORIGIN_NAMES: Readonly<Record<LayerOrigin, string>> = {
  base: 'base image',
  store: 'no paths',
  customisation: 'customisation layer',
};

/** What layers are called: by their largest store path, or by what they are. */
export class LayerNames {
  #origins: readonly LayerOrigin[] = [];
  readonly #names = new Map<number, string>();

  onEvent(event: BuildEvent): void {
    if (event.type === 'started') this.#origins = event.origins;
    if (event.type !== 'layer-scanned') return;
    const [largest] = largestFirst(event.paths, event.pathSizes);
    if (largest !== undefined) this.#names.set(event.layer, nameOfPaths(largest, event.paths.length));
  }

  nameOf(layer: number): string {
    return this.#names.get(layer) ?? ORIGIN_NAMES[this.#origins[layer] ?? 'store'];
  }
}

/** `libtk8.6-8.6.13 and 54 more`. */
function nameOfPaths(largest: string, count: number): string {
  const name = printable(storeName(largest));
  return count === 1 ? name : `${name} and ${formatCount(count - 1, 'more', 'more')}`;
}
