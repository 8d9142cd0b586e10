import type { LayoutSummary } from '../../api/options.js';
import type { BuildEvent, BuildSummary } from '../../events/events.js';
import { formatBytes, formatCount } from '../../ground/format.js';
import { hexOf } from '../../oci/digest.js';
import { writeStderr } from '../stderr.js';
import { LayerNames } from './layer-names.js';
import { type Reporter, writeWarning } from './reporter.js';
import { formatSummary, type Places } from './summary.js';

/** Lines for layers, at most. What else is new is counted. */
const MOST_LINES = 25;

/** Hex digits of a diffID that are shown: enough to tell layers apart. */
const SHORT_DIGEST = 12;

type EventOf<T extends BuildEvent['type']> = Extract<BuildEvent, { type: T }>;

interface NewLayer {
  readonly layer: number;
  readonly size: number;
  readonly diffId: EventOf<'layer-written'>['diffId'];
  /** Of its blob, if it is compressed. */
  readonly compressed: string;
}

/** Writes a line for each layer that is new, once it is written; those that are known are counted. */
export class PlainReporter implements Reporter {
  readonly #places: Places;
  readonly #names = new LayerNames();
  readonly #sizes = new Map<number, number>();
  /** The layers that have a line as soon as they are written; undefined until all layers are scanned. */
  #listed: ReadonlySet<number> | undefined;
  /** Those that may have a line in the end, if there is room. */
  readonly #waiting: NewLayer[] = [];
  #layers = 0;
  #lines = 0;

  constructor(places: Places) {
    this.#places = places;
  }

  onEvent(event: BuildEvent): void {
    this.#names.onEvent(event);
    switch (event.type) {
      case 'started':
        this.#layers = event.layers;
        break;
      case 'planned':
        this.#plan(event);
        break;
      case 'layer-written':
        if (this.#places.layout === undefined && !event.isKnown) this.#add({ ...event, compressed: '' });
        break;
      case 'layer-stored':
        this.#stored(event);
        break;
      case 'warning':
        writeWarning(event.message);
    }
  }

  finish(summary: BuildSummary | LayoutSummary): void {
    this.#writeWaiting();
    writeStderr(formatSummary(summary, this.#places));
  }

  abort(): void {}

  #plan({ layers }: EventOf<'planned'>): void {
    for (const [layer, { size }] of layers.entries()) this.#sizes.set(layer, size);
    const known = layers.filter(({ isHashed }) => !isHashed);
    if (known.length > 0) {
      const bytes = known.reduce((total, { size }) => total + size, 0);
      const where = this.#places.layout === undefined ? 'known from earlier builds' : 'reused';
      write(`${known.length} of ${formatCount(layers.length, 'layer')} ${where} (${formatBytes(bytes)})`);
    }
    const fresh = [...layers.entries()].filter(([, { isHashed }]) => isHashed);
    const largest = fresh.sort(([, a], [, b]) => b.size - a.size).slice(0, MOST_LINES);
    this.#listed = new Set(largest.map(([layer]) => layer));
    for (const layer of this.#waiting.splice(0)) this.#add(layer);
  }

  #stored({ layer, diffId, outcome, size, compression }: EventOf<'layer-stored'>): void {
    if (this.#places.layout === undefined || outcome === 'reused') return;
    const compressed = compression === 'none' ? '' : `${formatBytes(size)} ${compression}`;
    this.#add({ layer, diffId, size: this.#sizes.get(layer) ?? size, compressed });
  }

  #add(layer: NewLayer): void {
    if (this.#listed?.has(layer.layer)) this.#writeLayer(layer);
    else this.#waiting.push(layer);
  }

  /** What is not among the largest has a line if few of those were new. */
  #writeWaiting(): void {
    const bySize = this.#waiting.sort((a, b) => b.size - a.size);
    const shown = bySize.splice(0, MOST_LINES - this.#lines);
    for (const layer of shown.sort((a, b) => a.layer - b.layer)) this.#writeLayer(layer);
    if (bySize.length === 0) return;
    const bytes = bySize.reduce((total, { size }) => total + size, 0);
    write(`and ${formatCount(bySize.length, 'smaller layer')} (${formatBytes(bytes)})`);
  }

  #writeLayer({ layer, size, diffId, compressed }: NewLayer): void {
    this.#lines++;
    const total = String(this.#layers);
    const cells = [
      `${String(layer + 1).padStart(total.length)}/${total}`,
      formatBytes(size).padStart(7),
      ...(compressed === '' ? [] : [compressed.padStart(12)]),
      hexOf(diffId).slice(0, SHORT_DIGEST),
      'new',
      this.#names.nameOf(layer),
    ];
    write(cells.join('  '));
  }
}

function write(line: string): void {
  writeStderr(`${line}\n`);
}
