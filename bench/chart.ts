/** Draws the times through a pipe as bars: an SVG that loads nothing else. */
import type { Role } from './contenders.js';
import { formatMachine, formatSize, formatTime } from './format.js';
import type { ClosureResult, Measurement, Results } from './results.js';
import { DEFAULT_VARIANT } from './streams.js';

const WIDTH = 860;
const MARGIN = 24;
const LABELS = 190;
const TIMES = 150;
const BAR = 16;
const BAR_GAP = 5;
const GROUP_GAP = 26;
const HEAD = 92;

const PLOT = WIDTH - 2 * MARGIN - LABELS - TIMES;

/** As many letters as there is room for next to a bar. */
const LABEL_LETTERS = 27;

/** Drawn on its own background, so that it can be read on any page. */
const STYLE = `
  .card { fill: #ffffff; stroke: #d0d7de }
  text { font: 12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 }
  .group { font-size: 13px; font-weight: 600 }
  .quiet, .about { fill: #59636e }
  .about { font-size: 12px; font-weight: 400 }
  .cat { fill: #8c959f } .ours { fill: #0969da } .variant { fill: #54aeff } .reference { fill: #bc4c00 } .peer { fill: #8250df }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc }
    .quiet, .about { fill: #9198a1 }
    .cat { fill: #6e7681 } .ours { fill: #388bfd } .variant { fill: #79c0ff } .reference { fill: #db6d28 } .peer { fill: #a371f7 }
  }`;

/** A group of bars for each closure, each with its own scale. */
export function drawChart({ machine, date, closures }: Results): string {
  const parts: string[] = [];
  let y = HEAD;
  for (const closure of closures) {
    const bars = closure.measurements.filter(({ subject, sink }) => subject === 'streams' && sink === 'pipe');
    parts.push(drawGroup(closure, bars, y));
    y += GROUP_GAP + bars.length * (BAR + BAR_GAP) + GROUP_GAP / 2;
  }
  const height = y + MARGIN / 2;
  const runs = 'Medians of whole commands; each group has its own scale.';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Time to stream an image through a pipe">
<style>${STYLE}
</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
${text(MARGIN, 36, 'Time to stream an image, | cat >/dev/null', 'title')}
${text(MARGIN, 56, `${runs} Shorter is better.`, 'quiet')}
${text(MARGIN, 74, `${formatMachine(machine)}, ${date.slice(0, 10)}`, 'quiet')}
${parts.join('\n')}
</svg>
`;
}

function drawGroup(closure: ClosureResult, bars: readonly Measurement[], top: number): string {
  const longest = Math.max(...bars.map(({ seconds }) => seconds.median));
  const head = `<text x="${MARGIN}" y="${top + 14}" class="group">${escapeXml(closure.name)}<tspan class="about" dx="8">${escapeXml(formatSize(closure))}</tspan></text>`;
  const cat = bars.find(({ role }) => role === 'cat')?.seconds.median ?? longest;
  const rows = bars.map((bar, i) => drawBar(bar, { y: top + GROUP_GAP + i * (BAR + BAR_GAP), longest, cat }));
  return [head, ...rows].join('\n');
}

interface BarPlace {
  readonly y: number;
  /** Seconds of the longest bar of its group. */
  readonly longest: number;
  /** Seconds of the group's `cat`. */
  readonly cat: number;
}

function drawBar({ contender, role, seconds }: Measurement, { y, longest, cat }: BarPlace): string {
  const width = Math.max(1, (seconds.median / longest) * PLOT);
  const x = MARGIN + LABELS;
  const base = y + BAR - 4;
  const time = formatTime(seconds.median);
  return [
    text(MARGIN, base, shorten(contender, LABEL_LETTERS)),
    `<rect class="${colourOf(role, contender)}" x="${x}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
    text(x + width + 6, base, role === 'cat' ? time : `${time} = ${(seconds.median / cat).toFixed(1)} × cat`),
  ].join('');
}

function colourOf(role: Role, contender: string): string {
  return role === 'ours' && contender !== DEFAULT_VARIANT ? 'variant' : role;
}

function text(x: number, y: number, content: string, kind?: string): string {
  const style = kind === undefined ? '' : ` class="${kind}"`;
  return `<text x="${x.toFixed(1)}" y="${y}"${style}>${escapeXml(content)}</text>`;
}

function shorten(content: string, letters: number): string {
  return content.length <= letters ? content : `${content.slice(0, letters - 1)}…`;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
