/** Reads what `--progress json` prints. */
import type { BuildEvent } from '../../src/index.js';
import type { CliProcess } from './cli-run.js';

export function eventsOf(lines: readonly string[]): BuildEvent[] {
  return lines.map((line): BuildEvent => JSON.parse(line));
}

/** Resolves when the program waits: after the first hashed layer, several events in a row had the same bytes. */
export async function stalled(run: CliProcess): Promise<number> {
  let written = 0;
  await run.until('its output stopped', (lines) => {
    const events = eventsOf(lines);
    const first = events.findIndex((event) => event.type === 'layer-hashed');
    const counts = events.slice(first).flatMap((event) => (event.type === 'progress' ? [event] : []));
    const last = counts.slice(-4);
    written = last[0]?.written ?? 0;
    return first >= 0 && last.length === 4 && new Set(last.map((count) => count.hashed + count.written)).size === 1;
  });
  return written;
}
