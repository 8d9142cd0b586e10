import type { DescribedDiffId, DescribedLayer, Description } from '../describe/schema.js';
import { formatBytes, formatCount } from '../ground/format.js';

/** Characters in a line, unless digests need more. */
const WIDTH = 100;

/** Hex digits of a diffID that are shown: enough to tell layers apart. */
const SHORT_DIGEST = 12;

/** More names than fit into a line, even if each is only one character. */
const MOST_NAMES = WIDTH / 2;

const UNKNOWN = '–';

/** The store's directory and the hash: of no use to people. */
const STORE_HASH = /^.*?\/[0-9a-z]{32}-(?=.)/s;

/** A description as text for people, in lines of at most 100 characters. The JSON has whole paths and digests. */
export function formatDescription(description: Description): string {
  const { repoTag, architecture, os, created, layers } = description;
  const totals = [
    formatCount(layers.length, 'layer'),
    formatCount(description.entries, 'entry', 'entries'),
    formatBytes(description.size),
  ];
  const lines = [
    printable(repoTag),
    printable(`${os}/${architecture}, created ${created}`),
    totals.join(', '),
    '',
    ...formatLayers(layers),
    '',
    ...formatImage(description),
  ];
  return `${lines.join('\n')}\n`;
}

function formatLayers(layers: readonly DescribedLayer[]): string[] {
  const rows = [['layer', 'entries', 'size', 'diffID'], ...layers.map(formatCells)];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((cells) => cells[i]?.length ?? 0)));
  const starts = rows.map((cells) =>
    cells.map((cell, i) => pad(cell, { width: widths[i] ?? 0, isNumber: i < 3 })).join('  '),
  );
  return starts.map((start, i) => {
    const layer = layers[i - 1];
    return `${start}  ${layer === undefined ? 'made of' : formatContents(layer, WIDTH - start.length - 2)}`;
  });
}

function formatCells({ entries, size, diffId }: DescribedLayer, index: number): string[] {
  return [
    String(index + 1),
    entries === null ? UNKNOWN : entries.toLocaleString('en-US'),
    formatBytes(size),
    diffId === null ? UNKNOWN : formatDiffId(diffId),
  ];
}

function formatDiffId({ digest, evidence }: DescribedDiffId): string {
  const start = digest.slice('sha256:'.length).slice(0, SHORT_DIGEST);
  return evidence === 'announced' ? `${start} announced` : start;
}

function pad(cell: string, { width, isNumber }: { width: number; isNumber: boolean }): string {
  return isNumber ? cell.padStart(width) : cell.padEnd(width);
}

/** `glibc-2.40, bash-5.2, and 12 more`: as many names as there is room for. */
function formatContents({ kind, name, paths }: DescribedLayer, width: number): string {
  if (kind === 'base') return cut(`base: ${printable(name ?? '')}`, width);
  const names = paths.map((path) => printable(path.replace(STORE_HASH, '')));
  for (let count = Math.min(names.length, MOST_NAMES); count > 1; count--) {
    const text = listed(names, count);
    if (text.length <= width) return text;
  }
  const more = names.length > 1 ? moreThan(names, 1) : '';
  return cut(names[0] ?? 'no paths', width - more.length) + more;
}

function listed(names: readonly string[], count: number): string {
  const shown = names.slice(0, count).join(', ');
  return count === names.length ? shown : shown + moreThan(names, count);
}

function moreThan(names: readonly string[], count: number): string {
  return `, and ${(names.length - count).toLocaleString('en-US')} more`;
}

function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  // A surrogate is dropped if its pair is cut.
  return `${text.slice(0, Math.max(0, width - 1)).replace(/\p{Cs}$/u, '')}…`;
}

/** Control characters, which could move the cursor or change colours, become escapes. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function formatImage({ image, layers }: Description): string[] {
  const announced = layers.some(({ diffId }) => diffId?.evidence === 'announced')
    ? ['Announced diffIDs are compared with the bytes when the image is built.']
    : [];
  if (image === null) {
    const unknown = formatCount(layers.filter(({ diffId }) => diffId === null).length, 'layer');
    return [`image ID       unknown, as are the digests of ${unknown}: a build learns them`, ...announced];
  }
  return [
    `image ID       ${image.id}`,
    `manifest.json  ${image.dockerManifest.digest}`,
    `OCI manifest   ${image.ociManifest?.digest ?? 'unknown: layers of the base image are gzipped'}`,
    ...announced,
  ];
}
