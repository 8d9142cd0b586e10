import { basename } from 'node:path';
import type { DescribedLayer, Description } from '../describe/schema.js';
import { formatBytes, formatCount } from '../ground/format.js';
import { cut, printable } from '../ground/printable.js';
import { largestFirst, storeName } from '../ground/store-name.js';
import { hexOf } from '../oci/digest.js';
import { formatPlatform } from '../oci/platform.js';

/** Characters in a line. */
const WIDTH = 100;

/** In fewer, what a layer is made of would be cut to nothing. */
const LEAST_WIDTH = 40;

/** In fewer, there is no column of entries, and then none of diffIDs. */
const WIDTH_WITH_ENTRIES = 60;
const WIDTH_WITH_DIFF_IDS = 50;

/** With less room for names, the rest of them is only a number. */
const ROOM_FOR_WORDS = 40;

/** A label and a digest, which is never cut. */
const LABELLED_DIGEST = 'manifest.json  sha256:'.length + 64;

/** Hex digits of a diffID that are shown: enough to tell layers apart. */
const SHORT_DIGEST = 12;

const UNKNOWN = '–';

interface Shown {
  readonly description: Description;
  readonly width: number;
}

/**
 * A description as text for people, in lines that fit `columns`, if they are not too few; digests are whole at the end.
 * The JSON has whole paths.
 */
export function formatDescription(description: Description, columns = WIDTH): string {
  const { repoTags, architecture, os, variant, created, layers } = description;
  const width = Math.max(LEAST_WIDTH, Math.min(WIDTH, columns));
  const totals = [
    formatCount(layers.length, 'layer'),
    formatCount(description.entries, 'entry', 'entries'),
    formatBytes(description.size),
  ];
  const lines = [
    printable(repoTags.join(', ')),
    printable(`${formatPlatform({ os, architecture, variant })}, created ${created}`),
    totals.join(', '),
    '',
    ...formatLayers({ description, width }),
    '',
    ...formatImage({ description, width }),
  ];
  return `${lines.join('\n')}\n`;
}

function formatLayers({ description, width }: Shown): string[] {
  const { layers } = description;
  const all = [['layer', 'entries', 'size', 'diffID'], ...layers.map(formatCells)];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...all.map((cells) => cells[i]?.length ?? 0)));
  const shown = [0, 1, 2, 3].filter(
    (i) => (i !== 1 || width >= WIDTH_WITH_ENTRIES) && (i !== 3 || width >= WIDTH_WITH_DIFF_IDS),
  );
  const starts = all.map((cells) =>
    shown.map((i) => pad(cells[i] ?? '', { width: widths[i] ?? 0, isNumber: i < 3 })).join('  '),
  );
  return starts.map((start, i) => {
    const layer = layers[i - 1];
    const room = width - start.length - 2;
    return `${start}  ${layer === undefined ? 'made of' : formatContents(layer, { description, index: i - 1, room })}`;
  });
}

function formatCells({ entries, size, diffId }: DescribedLayer, index: number): string[] {
  return [
    String(index + 1),
    entries === null ? UNKNOWN : entries.toLocaleString('en-US'),
    formatBytes(size),
    diffId === null ? UNKNOWN : hexOf(diffId.digest).slice(0, SHORT_DIGEST),
  ];
}

function pad(cell: string, { width, isNumber }: { width: number; isNumber: boolean }): string {
  return isNumber ? cell.padStart(width) : cell.padEnd(width);
}

interface Place {
  readonly description: Description;
  readonly index: number;
  /** Characters that are left in the line. */
  readonly room: number;
}

/** `glibc-2.40, bash-5.2, and 12 more`: the largest first, as many as there is room for. */
function formatContents(layer: DescribedLayer, { description, index, room }: Place): string {
  if (layer.kind === 'base') return cut(nameBaseLayer(description, index), room);
  const names = largestFirst(layer.paths, layer.pathSizes).map((path) => printable(storeName(path)));
  // Each takes one character at least, and a comma.
  for (let count = Math.min(names.length, room); count > 1; count--) {
    const text = listed(names, count, room);
    if (text.length <= room) return text;
  }
  const more = names.length > 1 ? moreThan(names, 1, room) : '';
  return cut(names[0] ?? 'no paths', room - more.length) + more;
}

/** `base image debian.tar, layer 1 of 2`. Its name in the archive is its digest as a rule. */
function nameBaseLayer({ conf, layers }: Description, index: number): string {
  const count = layers.filter(({ kind }) => kind === 'base').length;
  const name = conf?.fromImage ? ` ${printable(storeName(basename(conf.fromImage)))}` : '';
  return count === 1 ? `base image${name}` : `layer ${index + 1} of ${count} of base image${name}`;
}

function listed(names: readonly string[], count: number, room: number): string {
  const shown = names.slice(0, count).join(', ');
  return count === names.length ? shown : shown + moreThan(names, count, room);
}

function moreThan(names: readonly string[], count: number, room: number): string {
  const more = (names.length - count).toLocaleString('en-US');
  return room < ROOM_FOR_WORDS ? ` +${more}` : `, and ${more} more`;
}

function formatImage({ description: { image, layers }, width }: Shown): string[] {
  if (image === null) {
    const unknown = formatCount(layers.filter(({ diffId }) => diffId === null).length, 'layer');
    return [
      ...wrap(`The image ID and the digests of ${unknown} are not known yet: a build learns them.`, width),
      ...formatAnnounced(layers, width),
    ];
  }
  const manifest = image.ociManifest?.digest;
  return [
    ...labelled('image ID', image.id, width),
    ...labelled('manifest.json', image.dockerManifest.digest, width),
    ...(manifest === undefined ? [] : labelled('OCI manifest', manifest, width)),
    ...(manifest === undefined
      ? wrap(
          'The OCI manifest is not known yet: the base image is compressed. A build with `layerstream oci` learns it.',
          width,
        )
      : []),
    ...formatAnnounced(layers, width),
  ];
}

function labelled(label: string, digest: string, width: number): string[] {
  return width < LABELLED_DIGEST ? [label, digest] : [`${label.padEnd('manifest.json'.length)}  ${digest}`];
}

function formatAnnounced(layers: readonly DescribedLayer[], width: number): string[] {
  const announced = layers.flatMap(({ diffId }, i) => (diffId?.evidence === 'announced' ? [i + 1] : []));
  if (announced.length === 0) return [];
  const [subject, verb] = announced.length === 1 ? ['The diffID of layer', 'is'] : ['The diffIDs of layers', 'are'];
  return wrap(
    `${subject} ${ranges(announced)} ${verb} only announced: a build compares ${announced.length === 1 ? 'it' : 'them'} with the bytes.`,
    width,
  );
}

/** `1–3, 7`. */
function ranges(numbers: readonly number[]): string {
  const found: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const open = found.at(-1);
    if (open?.last === number - 1) open.last = number;
    else found.push({ first: number, last: number });
  }
  return found.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

/** In lines of at most `width`, between words. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
