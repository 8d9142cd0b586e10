import { formatBytes, formatCount, formatSeconds } from '../format.js';
import type { Advice, Report, WorkKind } from './model.js';

/** All of a report but what follows from it. */
export type Facts = Omit<Report, 'advice'> & {
  /** Bytes of all files, without the tar's headers and padding. */
  readonly fileBytes: number;
};

/** From where on something is told: parts of all bytes, or of all time. */
const MOST = 0.5;
const MUCH = 0.25;

/** Bytes of a store path below which nobody would split it. */
const LARGE = 50_000_000;

/** Mean bytes of a file below which headers and padding (1 kB and more for each) weigh as much as what it holds. */
const TINY = 2000;
const MANY_FILES = 10_000;

const RULES: readonly ((facts: Facts) => Advice | undefined)[] = [
  tooSmall,
  slowDisk,
  compression,
  largestLayer,
  largestPath,
  waitForDigests,
  moreWorkers,
  slowReader,
  slowFiles,
  tinyFiles,
  knownLayers,
];

/** What is moot where no layer waits for its digest. */
const ABOUT_DIGESTS: typeof RULES = [largestLayer, waitForDigests, moreWorkers];

/** What would make the build faster or the image smaller, as far as it shows. */
export function giveAdvice(facts: Facts): Advice[] {
  const rules = facts.totals.singlePass ? RULES.filter((rule) => !ABOUT_DIGESTS.includes(rule)) : RULES;
  const found = rules.flatMap((rule) => rule(facts) ?? []);
  if (found.length > 0) return found;
  return [
    {
      finding: 'Nothing stands out',
      text: 'No layer and no store path holds most of the bytes, and no single kind of work held up the rest.',
    },
  ];
}

function tooSmall(facts: Facts): Advice | undefined {
  const part = partOfPath(facts, ({ kind }) => kind === undefined);
  // A layout that had all of it is no sign of that.
  const isIdle = facts.totals.blobs !== undefined && facts.totals.known.layers === facts.layers.length;
  if (part < MOST || isSlowDisk(facts) || isIdle) return undefined;
  return {
    finding: 'The image is too small for anything to matter',
    text: `Starting, ending and what lies between the tasks took ${percent(part)} of the time.`,
  };
}

/** Between blobs, a layout waits until the disk has them. */
function slowDisk(facts: Facts): Advice | undefined {
  if (!isSlowDisk(facts)) return undefined;
  const part = partOfPath(facts, ({ kind }) => kind === undefined);
  return {
    finding: `Nobody worked for ${percent(part)} of the time`,
    text: 'A blob gets its name when the disk has all of it, so that no crash leaves a broken one. A faster disk below the layout helps, and more workers do not.',
  };
}

function isSlowDisk(facts: Facts): boolean {
  const { blobs, bytes, known } = facts.totals;
  return (
    blobs !== undefined && bytes - known.bytes > LARGE && partOfPath(facts, ({ kind }) => kind === undefined) >= MUCH
  );
}

function knownLayers({ layers, totals }: Facts): Advice | undefined {
  const { known, blobs, bytes } = totals;
  if (known.layers === 0) return undefined;
  const part = `${formatBytes(known.bytes)} (${percent(known.bytes / Math.max(1, bytes))} of all bytes)`;
  if (known.layers === layers.length) {
    return blobs === undefined
      ? {
          finding: 'All digests were known from earlier builds',
          text: `Nothing had to be summed: ${part}. What took time was to read the files once, and to stream them.`,
        }
      : {
          finding: 'All layers were there already',
          text: `Earlier builds had written their blobs into this layout: ${part}. None of their files was read.`,
        };
  }
  const rest = blobs === undefined ? 'summed' : 'read, summed and written';
  return {
    finding: `${known.layers} of ${formatCount(layers.length, 'layer')} were known from earlier builds`,
    text: `They hold ${part}. Only the others had to be ${rest}.`,
  };
}

function compression(facts: Facts): Advice | undefined {
  const { blobs } = facts.totals;
  if (blobs === undefined || blobs === 'none') return undefined;
  const part = partOfPath(facts, ({ kind }) => kind === 'blob' || kind === 'compress');
  if (part < MOST) return undefined;
  const lower = blobs === 'gzip' ? '`gzip:1`, or `zstd`,' : '`zstd:1`';
  return {
    finding: `Compression (${blobs}) set the pace for ${percent(part)} of the time`,
    text: `It takes far longer than to read and to sum. With a lower level (${lower} for \`--compression\`) the blobs are larger and done sooner; without compression, what stores or copies the image has to do it. More cores share the work.`,
  };
}

function largestLayer(facts: Facts): Advice | undefined {
  const { layers, totals, contents } = facts;
  const index = indexOfLargest(layers.map(({ size }) => size));
  const [layer, content] = [layers[index], contents[index]];
  if (layer === undefined || layers.length < 2 || layer.size < MOST * totals.bytes) return undefined;
  const onPath = partOfPath(facts, (share) => share.layer === index);
  if (onPath < MUCH) return undefined;
  const isCritical = onPath >= MOST ? ` and is the critical path (${percent(onPath)} of the time)` : '';
  const sentences = [];
  const { digest = 0, blob = 0, compress = 0 } = layer.work;
  if (compress > 0) {
    const team = new Set(
      facts.tasks.filter((task) => task.layer === index && isOfTeam(task)).map((task) => task.thread),
    );
    sentences.push(
      `${formatCount(team.size, 'thread')} compressed it together: ${seconds(blob + compress)} of work. One of them reads and sums it from its first byte to its last.`,
    );
  } else if (blob > 0) {
    sentences.push(`One thread has to read, sum and write it from its first byte to its last: ${seconds(blob)}.`);
  }
  if (digest > 0) sentences.push(`One thread has to sum it from its first byte to its last: ${seconds(digest)}.`);
  const largest = content?.paths[0];
  if (largest !== undefined && layer.paths > 1) {
    const part = largest.bytes / layer.size;
    sentences.push(
      `Of its ${formatCount(layer.paths, 'store path')}, the largest is ${largest.path}, with ${formatBytes(largest.bytes)} (${percent(part)} of the layer).`,
    );
    const alone = compress > 0 ? 0 : digest + blob;
    const all = layers.reduce((sum, { work }) => sum + (work.digest ?? 0) + (work.blob ?? 0), 0);
    const even = all / totals.workers;
    const gain =
      totals.workers > 1 && even < 0.8 * alone
        ? `: with ${totals.workers} workers ${blob > 0 ? 'blobs' : 'summing'} would then take about ${seconds(even)}`
        : '';
    sentences.push(
      part < MOST
        ? `Spread its store paths over more layers (nixpkgs: a larger \`maxLayers\`, or a \`layeringPipeline\` that splits by size)${gain}.`
        : 'More layers help little while that path stays whole.',
    );
  }
  return {
    finding: `Layer ${index + 1} holds ${percent(layer.size / totals.bytes)} of all bytes${isCritical}`,
    text: sentences.join(' ') || 'Its bytes come as one tar, which cannot be split.',
  };
}

function largestPath({ largestPaths, largestFiles, totals }: Facts): Advice | undefined {
  const [largest] = largestPaths;
  if (largest === undefined || totals.paths < 2 || largest.bytes < Math.max(MOST * totals.bytes, LARGE))
    return undefined;
  const file = largestFiles.find(({ path }) => path.startsWith(`${largest.path}/`) || path === largest.path);
  const inside = file === undefined ? '' : ` Its largest file is ${file.path}, with ${formatBytes(file.bytes)}.`;
  return {
    finding: `One store path is ${percent(largest.bytes / totals.bytes)} of the image`,
    text: `${largest.path} holds ${formatBytes(largest.bytes)}. A store path is never split between layers: whether the image needs all of it decides its size.${inside}`,
  };
}

function waitForDigests({ tasks, totals }: Facts): Advice | undefined {
  const waited = tasks
    .filter(({ kind }) => kind === 'write')
    .flatMap(({ waits }) => waits.filter((wait) => wait.for === 'digest'))
    .reduce((sum, { start, end }) => sum + end - start, 0);
  const part = waited / 1000 / totals.seconds;
  if (part < MUCH) return undefined;
  return {
    finding: `The stream stood still for ${percent(part)} of the time, until digests were known`,
    text: `Its waits for digests add up to ${seconds(waited)}. With \`--single-pass\`, layers are written while they are summed.`,
  };
}

function moreWorkers(facts: Facts): Advice | undefined {
  const { layers, totals, threads } = facts;
  const isSumming = ({ kind }: { readonly kind: WorkKind | undefined }): boolean =>
    kind === 'digest' || kind === 'blob';
  if (partOfPath(facts, isSumming) < MUCH || largestIsTeamwork(facts)) return undefined;
  const largest = Math.max(...layers.map(({ size }) => size));
  const useful = Math.floor(totals.bytes / largest);
  if (useful <= totals.workers) return undefined;
  const summing = threads.filter(({ name }) => name.startsWith('worker'));
  const digests = facts.tasks.filter(isSumming);
  const begin = Math.min(...digests.map(({ start }) => start));
  const end = Math.max(...digests.map((task) => task.end));
  const busy =
    digests.reduce((sum, task) => sum + task.end - task.start, 0) / (end - begin) / Math.max(1, summing.length);
  if (busy < 0.8) return undefined;
  const verb = totals.blobs === undefined ? 'sum' : 'write';
  return {
    finding: `More workers would ${verb} layers sooner`,
    text: `${formatCount(totals.workers, 'worker')} worked without a pause (busy for ${percent(busy)} of the time). Where there are more cores, up to ${useful} workers share the work before the largest layer sets the pace.`,
  };
}

/** A team shares a layer of any size. */
function largestIsTeamwork({ tasks }: Facts): boolean {
  return tasks.some(({ kind }) => kind === 'compress');
}

function isOfTeam({ kind }: { readonly kind: WorkKind }): boolean {
  return kind === 'blob' || kind === 'compress';
}

function slowReader(facts: Facts): Advice | undefined {
  const part = partOfPath(facts, ({ kind }) => kind === 'write');
  if (part < MOST) return undefined;
  return {
    finding: `Whoever took the archive set the pace for ${percent(part)} of the time`,
    text: 'The archive was ready, and the disk, pipe or program that it was written to took no more. More workers do not help here.',
  };
}

function slowFiles(facts: Facts): Advice | undefined {
  const part = partOfPath(facts, ({ kind }) => kind === 'read');
  if (part < MOST) return undefined;
  return {
    finding: `Reading files for the stream set the pace for ${percent(part)} of the time`,
    text: 'One thread reads ahead of the stream. What holds it up is a slow disk below the store (then a second build, out of the page cache, is faster), or too few cores for it beside the workers.',
  };
}

function tinyFiles({ totals, fileBytes }: Facts): Advice | undefined {
  if (totals.files < MANY_FILES || fileBytes / totals.files > TINY) return undefined;
  return {
    finding: `${formatCount(totals.files, 'file')} hold ${formatBytes(fileBytes / totals.files)} each, on average`,
    text: `${percent(1 - fileBytes / totals.bytes)} of the layers is headers and padding, and opening files costs more than reading them. Fewer, larger files (an archive, a bundle) would build faster and take less room.`,
  };
}

/** How much of the critical path such work took. */
function partOfPath(facts: Facts, is: (share: Facts['criticalShares'][number]) => boolean): number {
  const time = facts.criticalShares.filter(is).reduce((sum, share) => sum + share.time, 0);
  return time / 1000 / facts.totals.seconds;
}

function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0);
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

function seconds(milliseconds: number): string {
  return formatSeconds(milliseconds / 1000);
}
