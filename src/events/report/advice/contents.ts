/** Advice about the contents of the image. */
import { formatBytes, formatCount } from '../../../ground/format.js';
import { storeName } from '../../../ground/store-name.js';
import type { Advice } from '../model.js';
import { type Facts, LARGE, MOST, percent } from './facts.js';

/** Mean bytes of a file. Below it, headers and padding (1 kB or more for each) take as much room as contents. */
const TINY = 2000;
const MANY_FILES = 10_000;

export function largestPath({ largestPaths, largestFiles, totals }: Facts): Advice | undefined {
  const [largest] = largestPaths;
  if (largest === undefined || totals.paths < 2 || largest.bytes < Math.max(MOST * totals.bytes, LARGE))
    return undefined;
  const file = largestFiles.find(({ path }) => path.startsWith(`${largest.path}/`) || path === largest.path);
  const inside =
    file === undefined ? '' : ` Its largest file is ${storeName(file.path)}, with ${formatBytes(file.bytes)}.`;
  return {
    finding: `One store path is ${percent(largest.bytes / totals.bytes)} of the image`,
    text: `${storeName(largest.path)} holds ${formatBytes(largest.bytes)}. A store path is never split between layers: whether the image needs all of it decides its size.${inside}`,
  };
}

export function tinyFiles({ totals, fileBytes }: Facts): Advice | undefined {
  if (totals.files < MANY_FILES || fileBytes / totals.files > TINY) return undefined;
  return {
    finding: `${formatCount(totals.files, 'file')} hold ${formatBytes(fileBytes / totals.files)} each, on average`,
    text: `${percent(1 - fileBytes / totals.bytes)} of the layers is headers and padding, and opening files costs more than reading them. Fewer, larger files (an archive, a bundle) would build faster and take less room.`,
  };
}

export function knownLayers({ layers, totals }: Facts): Advice | undefined {
  const { known, blobs, bytes } = totals;
  if (known.layers === 0) return undefined;
  const part = `${formatBytes(known.bytes)} (${percent(known.bytes / Math.max(1, bytes))} of all bytes)`;
  if (known.layers === layers.length) {
    return blobs === undefined
      ? {
          finding: 'All digests were known from earlier builds',
          text: `Nothing had to be hashed: ${part}. What took time was to read the files once, and to stream them.`,
        }
      : {
          finding: 'All layers were there already',
          text: `Earlier builds had written their blobs into this layout: ${part}. None of their files was read.`,
        };
  }
  const rest = blobs === undefined ? 'hashed' : 'read, hashed and written';
  return {
    finding: `${known.layers} of ${formatCount(layers.length, 'layer')} ${known.layers === 1 ? 'was' : 'were'} known from earlier builds`,
    text: `${known.layers === 1 ? 'It holds' : 'They hold'} ${part}. Only the others had to be ${rest}.`,
  };
}
