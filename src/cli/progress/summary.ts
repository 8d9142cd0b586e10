import type { BuildSummary, PassSummary } from '../../events.js';
import { formatBytes, formatCount, formatRate, formatSeconds } from '../../format.js';

const PASS_NAMES = { digest: 'digest', stream: 'stream', blob: 'blobs' } as const;

/** The lines that end a build. */
export function formatSummary(summary: BuildSummary): string {
  const { imageId, repoTag, layers, entries, bytes, seconds, passes, peakMemory } = summary;
  const what = `${formatCount(layers.length, 'layer')}, ${formatCount(entries, 'entry', 'entries')}, ${formatBytes(bytes)}`;
  return [
    `${imageId}  ${repoTag}`,
    `${what} in ${formatSeconds(seconds)} (${formatRate(bytes, seconds)}), peak memory ${formatBytes(peakMemory)}`,
    [
      `scan ${formatSeconds(passes.scan.seconds)}`,
      ...(['digest', 'stream', 'blob'] as const).flatMap((pass) =>
        passes[pass].bytes > 0 ? `${PASS_NAMES[pass]} ${formatPass(passes[pass])}` : [],
      ),
    ].join(', '),
    '',
  ].join('\n');
}

function formatPass({ bytes, seconds }: PassSummary): string {
  return `${formatBytes(bytes)} in ${formatSeconds(seconds)} (${formatRate(bytes, seconds)})`;
}
