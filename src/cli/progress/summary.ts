import type { BuildSummary, PassSummary } from '../../events.js';
import { formatBytes, formatCount, formatRate, formatSeconds } from '../../format.js';

/** The lines that end a build. */
export function formatSummary(summary: BuildSummary): string {
  const { imageId, repoTag, layers, entries, bytes, seconds, passes, peakMemory } = summary;
  const what = `${formatCount(layers.length, 'layer')}, ${formatCount(entries, 'entry', 'entries')}, ${formatBytes(bytes)}`;
  return [
    `${imageId}  ${repoTag}`,
    `${what} in ${formatSeconds(seconds)} (${formatRate(bytes, seconds)}), peak memory ${formatBytes(peakMemory)}`,
    `scan ${formatSeconds(passes.scan.seconds)}, digest ${formatPass(passes.digest)}, stream ${formatPass(passes.stream)}`,
    '',
  ].join('\n');
}

function formatPass({ bytes, seconds }: PassSummary): string {
  return `${formatBytes(bytes)} in ${formatSeconds(seconds)} (${formatRate(bytes, seconds)})`;
}
