import type { LayoutSummary, StoredLayerSummary } from '../../api/options.js';
import type { BuildSummary, LayerSummary } from '../../events/events.js';
import { formatBytes, formatCount, formatRate, formatSeconds } from '../../ground/format.js';
import { printable } from '../../ground/printable.js';
import { layerCompression } from '../../oci/media-types.js';
import { formatPlatform } from '../../oci/platform.js';

/** Where an image went, as people name it. */
export interface Places {
  /** A file, or standard output. */
  readonly archive?: string | undefined;
  /** The directory of a layout. */
  readonly layout?: string | undefined;
}

/** The lines that end a build: what it is called and where it went, its digests, what is new in it, and the time. */
export function formatSummary(summary: BuildSummary | LayoutSummary, { archive, layout }: Places): string {
  const { imageId, names, bytes, compressedSize, seconds, peakMemory } = summary;
  const compressed = compressedSize === undefined ? '' : ` (${formatBytes(compressedSize)} compressed)`;
  const places = [archive && `${archive}${compressed}`, layout].filter((place) => place !== undefined);
  // An archive alone is written whole; of a layout, only what is new.
  const rate = archive === undefined || 'manifest' in summary ? [] : [formatRate(bytes, seconds)];
  return [
    `${names.map(printable).join(', ')} → ${places.map(printable).join(' and ')}`,
    `image ID  ${imageId}`,
    ...('manifest' in summary ? formatDocuments(summary) : []),
    formatLayers(summary),
    [formatSeconds(seconds), ...rate, `peak memory ${formatBytes(peakMemory)}`].join(', '),
    '',
  ].join('\n');
}

/** Of an image that shares its name with those of other platforms, the platform too, and the index of all. */
function formatDocuments({ manifest, targets }: LayoutSummary): string[] {
  const indexes = new Set(targets.map(({ digest }) => digest).filter((digest) => digest !== manifest.digest));
  const platform = indexes.size === 0 ? undefined : formatPlatform(manifest.platform);
  return [
    `manifest  ${manifest.digest}${platform === undefined ? '' : `  ${platform}`}`,
    ...[...indexes].map((digest) => `index     ${digest}`),
  ];
}

function formatLayers(summary: BuildSummary | LayoutSummary): string {
  const all = formatCount(summary.layers.length, 'layer');
  if ('manifest' in summary) {
    const { layers } = summary;
    const reused = layers.filter(({ outcome }) => outcome === 'reused');
    const written = layers.filter(({ outcome }) => outcome === 'written');
    const compressed = formatCompressed(layers);
    return `${all}, ${formatBytes(summary.bytes)}${compressed}: ${formatNew(written, reused, { size: blobSize, old: 'reused' })}`;
  }
  const { layers } = summary;
  const known = layers.filter(({ isKnown }) => isKnown);
  const hashed = layers.filter(({ isKnown }) => !isKnown);
  return `${all}, ${formatBytes(summary.bytes)}: ${formatNew(hashed, known, { size: tarSize, old: 'known from earlier builds' })}`;
}

/** ` (135 MB gzip)`, if anything is compressed. */
function formatCompressed(layers: readonly StoredLayerSummary[]): string {
  const kinds = new Set(layers.map(({ descriptor }) => layerCompression(descriptor.mediaType) ?? 'none'));
  kinds.delete('none');
  return kinds.size === 0 ? '' : ` (${formatBytes(sum(layers, blobSize))} ${[...kinds].join(' and ')})`;
}

function formatNew<T extends LayerSummary>(
  fresh: readonly T[],
  old: readonly T[],
  words: { readonly size: (layer: T) => number; readonly old: string },
): string {
  if (old.length === 0) return fresh.length === 1 ? 'new' : 'all new';
  if (fresh.length === 0) return old.length === 1 ? words.old : `all ${words.old}`;
  return `${fresh.length} new (${formatBytes(sum(fresh, words.size))}), ${old.length} ${words.old}`;
}

function tarSize({ size }: LayerSummary): number {
  return size;
}

function blobSize({ descriptor }: StoredLayerSummary): number {
  return descriptor.size;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
