/** A verified image as text for people. The JSON has whole digests. */
import { formatBytes, formatCount } from '../ground/format.js';
import { printable } from '../ground/printable.js';
import type { ImageFormat, VerifiedImage, VerifiedLayer, VerifyReport } from '../verify/report.js';

const FORMATS: Readonly<Record<ImageFormat, string>> = {
  'docker-archive': 'docker-archive',
  'oci-layout': 'OCI image layout',
};

/** Hex digits of a digest that are shown: enough to tell layers apart. */
const SHORT_DIGEST = 12;

const UNKNOWN = '–';

export interface TableOptions {
  /** What was verified. */
  readonly name: string;
  /** Whether each image has a table of its layers; by default if there is only one image. */
  readonly layers?: boolean | undefined;
}

export function formatReport({ formats, images }: VerifyReport, { name, layers }: TableOptions): string {
  if (formats.length === 0) return '';
  const withLayers = layers ?? images.length === 1;
  const lines = [
    `${printable(name)}: ${formats.map((format) => FORMATS[format]).join(' and ')}`,
    ...images.flatMap((image) => ['', ...formatImage(image), ...(withLayers ? ['', ...formatLayers(image)] : [])]),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function formatImage({ names, platform, layers, imageId, manifest, indexes }: VerifiedImage): string[] {
  const facts = [
    names.length === 0 ? 'untagged' : names.map(printable).join(' '),
    ...(platform === undefined ? [] : [printable(platform)]),
    [formatCount(layers.length, 'layer'), ...formatSizes(layers)].join(', '),
  ];
  return [
    facts.join('  '),
    `image ID  ${imageId ?? UNKNOWN}`,
    ...(manifest === undefined ? [] : [`manifest  ${printable(manifest)}`]),
    ...indexes.map((index) => `index     ${printable(index)}`),
  ];
}

/** `68.5 MB, 25.1 MB compressed`. */
function formatSizes(layers: readonly VerifiedLayer[]): string[] {
  const size = sum(layers.map((layer) => layer.size ?? layer.compressedSize ?? 0));
  const compressed = sum(layers.map(({ compressedSize }) => compressedSize ?? 0));
  return [formatBytes(size), ...(layers.some(isCompressed) ? [`${formatBytes(compressed)} compressed`] : [])];
}

function formatLayers({ layers }: VerifiedImage): string[] {
  // Two columns say nothing where no layer is compressed.
  const isPlain = !layers.some(isCompressed);
  const rows = [
    { number: 'layer', size: 'size', compressed: 'compressed', digest: 'digest', diffId: 'diffID' },
    ...layers.map((layer, i) => ({
      number: String(i + 1),
      size: layer.size === undefined ? UNKNOWN : formatBytes(layer.size),
      compressed: layer.compressedSize === undefined ? UNKNOWN : formatBytes(layer.compressedSize),
      digest: shorten(layer.digest),
      diffId: shorten(layer.diffId),
    })),
  ].map(({ number, size, compressed, digest, diffId }) =>
    isPlain ? [number, size, diffId] : [number, size, compressed, diffId, digest],
  );
  const numbers = isPlain ? 2 : 3;
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((cells) => cells[i]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, i) => (i < numbers ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** A layer that cannot be read may well be. */
function isCompressed({ size, compressedSize }: VerifiedLayer): boolean {
  return size !== compressedSize;
}

function shorten(digest: string | undefined): string {
  if (digest === undefined) return UNKNOWN;
  return digest.startsWith('sha256:') ? digest.slice('sha256:'.length).slice(0, SHORT_DIGEST) : printable(digest);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
