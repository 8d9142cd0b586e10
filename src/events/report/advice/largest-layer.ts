/** Advice about a layer that holds most of the bytes: its cost, and whether to split it. */
import { formatBytes, formatCount } from '../../../ground/format.js';
import { storeName } from '../../../ground/store-name.js';
import type { Advice, ReportTask } from '../model.js';
import { type Facts, MOST, MUCH, partOfPath, percent, seconds } from './facts.js';

export function largestLayer(facts: Facts): Advice | undefined {
  const { layers, totals } = facts;
  const index = indexOfLargest(layers.map(({ size }) => size));
  const layer = layers[index];
  if (layer === undefined || layers.length < 2 || layer.size < MOST * totals.bytes) return undefined;
  // A known layer is only read, by the thread that reads all layers.
  if (layer.work.digest === undefined && layer.work.blob === undefined) return undefined;
  const onPath = partOfPath(facts, (share) => share.layer === index);
  if (onPath < MUCH) return undefined;
  const isCritical = onPath >= MOST ? ` and is the critical path (${percent(onPath)} of the time)` : '';
  const sentences = [...costOf(facts, { layer, index }), ...splitOf(facts, { layer, index })];
  return {
    finding: `Layer ${index + 1} holds ${percent(layer.size / totals.bytes)} of all bytes${isCritical}`,
    text: sentences.join(' ') || 'Its bytes come as one tar, which cannot be split.',
  };
}

interface Largest {
  readonly layer: Facts['layers'][number];
  readonly index: number;
}

function costOf({ tasks, totals }: Facts, { layer, index }: Largest): string[] {
  const { digest = 0, blob = 0, compress = 0 } = layer.work;
  const sentences = [];
  if (compress > 0) {
    const team = new Set(tasks.filter((task) => task.layer === index && isOfTeam(task)).map((task) => task.thread));
    sentences.push(
      `${formatCount(team.size, 'thread')} compressed it together: ${seconds(blob + compress)} of work. One of them reads and hashes it from its first byte to its last.`,
    );
  } else if (blob > 0 && layer.blob !== undefined && layer.blob.compression !== 'none') {
    const more = totals.workers === 1 ? ' With more workers, several would compress it together.' : '';
    sentences.push(`One thread read, hashed and compressed it: ${seconds(blob)}.${more}`);
  } else if (blob > 0) {
    sentences.push(`One thread has to read, hash and write it from its first byte to its last: ${seconds(blob)}.`);
  }
  if (digest > 0) sentences.push(`One thread has to hash it from its first byte to its last: ${seconds(digest)}.`);
  return sentences;
}

function isOfTeam({ kind }: ReportTask): boolean {
  return kind === 'blob' || kind === 'compress';
}

/** Nothing if the layer has only one store path, or none. */
function splitOf(facts: Facts, { layer, index }: Largest): string[] {
  const largest = facts.contents[index]?.paths[0];
  if (largest === undefined || layer.paths < 2) return [];
  const part = largest.bytes / layer.size;
  return [
    `Of its ${formatCount(layer.paths, 'store path')}, the largest is ${storeName(largest.path)}, with ${formatBytes(largest.bytes)} (${percent(part)} of the layer).`,
    part < MOST
      ? `Spread its store paths over more layers (nixpkgs: a larger \`maxLayers\`, or a \`layeringPipeline\` that splits by size)${gainOfSplit(facts, layer)}.`
      : 'More layers help little while that path stays whole.',
  ];
}

/** How long the work would take if it were spread evenly, if that is much less than one thread takes now. */
function gainOfSplit({ layers, totals }: Facts, { work }: Largest['layer']): string {
  const { digest = 0, blob = 0, compress = 0 } = work;
  const alone = compress > 0 ? 0 : digest + blob;
  const all = layers.reduce((total, layer) => total + (layer.work.digest ?? 0) + (layer.work.blob ?? 0), 0);
  const even = all / totals.workers;
  if (totals.workers < 2 || even >= 0.8 * alone) return '';
  return `: with ${formatCount(totals.workers, 'worker')} ${blob > 0 ? 'blobs' : 'hashing'} would then take about ${seconds(even)}`;
}

function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0);
}
