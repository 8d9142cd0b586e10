/** Advice about what set the pace of the build. */
import { formatCount } from '../../../ground/format.js';
import type { Advice, WorkKind } from '../model.js';
import { compressionOf, type Facts, LARGE, MOST, MUCH, partOfPath, percent, seconds } from './facts.js';

export function tooSmall(facts: Facts): Advice | undefined {
  const part = partOfPath(facts, ({ kind }) => kind === undefined);
  // A layout that had all layers already is idle for that reason.
  const isIdle = facts.totals.blobs !== undefined && facts.totals.known.layers === facts.layers.length;
  if (part < MOST || isSlowDisk(facts) || isIdle) return undefined;
  return {
    finding: 'There was too little work for anything to matter',
    text: `Starting, ending and the gaps between tasks took ${percent(part)} of the time.`,
  };
}

/** A layout waits after each blob until the disk has it. */
export function slowDisk(facts: Facts): Advice | undefined {
  if (!isSlowDisk(facts)) return undefined;
  const part = partOfPath(facts, ({ kind }) => kind === undefined);
  return {
    finding: `Nobody worked for ${percent(part)} of the time`,
    text: 'A blob gets its name when the disk has all of it, so that no crash leaves a broken one. A faster disk for the layout helps; more workers do not.',
  };
}

function isSlowDisk(facts: Facts): boolean {
  const { blobs, bytes, known } = facts.totals;
  return (
    blobs !== undefined && bytes - known.bytes > LARGE && partOfPath(facts, ({ kind }) => kind === undefined) >= MUCH
  );
}

export function compression(facts: Facts): Advice | undefined {
  const blobs = compressionOf(facts);
  if (blobs === undefined || blobs === 'none') return undefined;
  const part = partOfPath(facts, ({ kind }) => kind === 'blob' || kind === 'compress');
  if (part < MOST) return undefined;
  const faster =
    blobs === 'gzip'
      ? 'Lower levels (down to `gzip:1`) are faster and give larger blobs; `zstd` is faster still.'
      : 'Lower levels (down to `zstd:1`) are faster and give larger blobs.';
  return {
    finding: `Compression (${blobs}) set the pace for ${percent(part)} of the time`,
    text: `It takes far longer than reading and hashing. ${faster} Without compression, the tool that stores or copies the image has to compress it. More cores share the work.`,
  };
}

export function waitForDigests({ tasks, totals }: Facts): Advice | undefined {
  const waited = tasks
    .filter(({ kind }) => kind === 'write')
    .flatMap(({ waits }) => waits.filter((wait) => wait.for === 'digest'))
    .reduce((total, { start, end }) => total + end - start, 0);
  const part = waited / 1000 / totals.seconds;
  if (part < MUCH) return undefined;
  return {
    finding: `The stream stood still for ${percent(part)} of the time, until digests were known`,
    text: `Its waits for digests add up to ${seconds(waited)}. With \`--single-pass\`, layers are written while they are hashed.`,
  };
}

export function moreWorkers(facts: Facts): Advice | undefined {
  const { layers, totals, threads } = facts;
  const isHashing = ({ kind }: { readonly kind: WorkKind | undefined }): boolean =>
    kind === 'digest' || kind === 'blob';
  if (partOfPath(facts, isHashing) < MUCH || isCompressedTogether(facts)) return undefined;
  const largest = Math.max(...layers.map(({ size }) => size));
  const useful = Math.floor(totals.bytes / largest);
  if (useful <= totals.workers) return undefined;
  const hashing = threads.filter(({ name }) => name.startsWith('worker'));
  const digests = facts.tasks.filter(isHashing);
  const begin = Math.min(...digests.map(({ start }) => start));
  const end = Math.max(...digests.map((task) => task.end));
  const busy =
    digests.reduce((total, task) => total + task.end - task.start, 0) / (end - begin) / Math.max(1, hashing.length);
  if (busy < 0.8) return undefined;
  const verb = totals.blobs === undefined ? 'hash' : 'write';
  return {
    finding: `More workers would ${verb} layers sooner`,
    text: `${formatCount(totals.workers, 'worker')} worked without a pause (busy for ${percent(busy)} of the time). If there are more cores, up to ${formatCount(useful, 'worker')} can share the work before the largest layer sets the pace.`,
  };
}

/** Helpers compress a layer of any size together. */
function isCompressedTogether({ tasks }: Facts): boolean {
  return tasks.some(({ kind }) => kind === 'compress');
}

export function slowReader(facts: Facts): Advice | undefined {
  const part = partOfPath(facts, ({ kind }) => kind === 'write');
  if (part < MOST) return undefined;
  return {
    finding: `The reader of the archive set the pace for ${percent(part)} of the time`,
    text: 'The archive was ready, and the disk, pipe or program that it was written to took no more. More workers do not help here.',
  };
}

export function slowFiles(facts: Facts): Advice | undefined {
  const part = partOfPath(facts, ({ kind }) => kind === 'read');
  if (part < MOST) return undefined;
  return {
    finding: `Reading files for the stream set the pace for ${percent(part)} of the time`,
    text: 'One thread reads ahead of the stream. It is held up by a slow disk under the store (then a second build, from the page cache, is faster), or by too few cores for both the workers and it.',
  };
}
