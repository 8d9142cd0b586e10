/** What was skipped, in few lines. */
import { formatCount } from '../../src/ground/format.js';
import type { Outcome } from './outcome.js';

/** How a reason ends that programs of a Debian package can mend. */
const INSTALL = /: apt-get install (.+)$/;

/**
 * Lines for the end of a run: how many were skipped, and what to do about it. A test that ran once, under whichever
 * Node.js, was not skipped.
 */
export function formatSkips(outcomes: readonly Outcome[]): string {
  const ran = new Set(outcomes.flatMap((outcome) => (outcome.skipped === undefined ? keyOf(outcome) : [])));
  const reasons = new Map(
    outcomes.flatMap((outcome): [string, string][] => {
      const { skipped } = outcome;
      return skipped === undefined || ran.has(keyOf(outcome)) ? [] : [[keyOf(outcome), skipped]];
    }),
  );
  if (reasons.size === 0) return '';
  const packages = new Set<string>();
  const lines = new Map<string, number>();
  for (const reason of reasons.values()) {
    const [, names] = INSTALL.exec(reason) ?? [];
    for (const name of names?.split(' ') ?? []) packages.add(name);
    if (names === undefined) lines.set(reason, (lines.get(reason) ?? 0) + 1);
  }
  const lacking = reasons.size - [...lines.values()].reduce((total, count) => total + count, 0);
  const rows = [...lines].sort(([, a], [, b]) => b - a).map(([reason, count]) => formatRow(count, reason));
  if (lacking > 0) rows.unshift(formatRow(lacking, `apt-get install ${[...packages].sort().join(' ')}`));
  return `${[`${formatCount(reasons.size, 'test or suite', 'tests and suites')} skipped:`, ...rows].join('\n')}\n`;
}

function keyOf({ file, name }: Outcome): string {
  return `${file}\n${name}`;
}

function formatRow(count: number, text: string): string {
  return `${String(count).padStart(5)}  ${text}`;
}
