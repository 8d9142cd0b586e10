import type { BuildSummary, LayerSummary, PassSummary } from '../../events/events.js';
import { formatBytes, formatCount, formatRate, formatSeconds } from '../../ground/format.js';

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
    ...formatKnown(layers),
    '',
  ].join('\n');
}

function formatKnown(layers: readonly LayerSummary[]): string[] {
  const known = layers.filter(({ isKnown }) => isKnown);
  if (known.length === 0) return [];
  const bytes = known.reduce((total, { size }) => total + size, 0);
  const which = known.length === layers.length ? 'all layers' : `${known.length} of them, ${formatBytes(bytes)},`;
  return [`${which} known from earlier builds`];
}

function formatPass({ bytes, seconds }: PassSummary): string {
  return `${formatBytes(bytes)} in ${formatSeconds(seconds)} (${formatRate(bytes, seconds)})`;
}
