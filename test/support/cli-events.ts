/** Reads what `--progress json` tells. */
import type { BuildEvent } from '../../src/index.js';
import type { CliProcess } from './cli-run.js';

export function eventsOf(lines: readonly string[]): BuildEvent[] {
  return lines.map((line): BuildEvent => JSON.parse(line));
}

/** Resolves when the program stands still: some times it has told of the same bytes written, too few. */
export async function stalled(run: CliProcess): Promise<number> {
  let written = 0;
  await run.until('its output stood still', (lines) => {
    const counts = eventsOf(lines).flatMap((event) => (event.type === 'progress' ? [event.written] : []));
    const last = counts.slice(-4);
    written = last[0] ?? 0;
    return last.length === 4 && last.every((count) => count === written) && written > 0;
  });
  return written;
}
