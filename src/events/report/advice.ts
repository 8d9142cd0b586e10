import { knownLayers, largestPath, tinyFiles } from './advice/contents.js';
import type { Facts } from './advice/facts.js';
import { largestLayer } from './advice/largest-layer.js';
import { compression, moreWorkers, slowDisk, slowFiles, slowReader, tooSmall, waitForDigests } from './advice/pace.js';
import type { Advice } from './model.js';

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

/** Rules that make no sense if no layer waits for its digest. */
const ABOUT_DIGESTS: typeof RULES = [largestLayer, waitForDigests, moreWorkers];

/** What would make the build faster or the image smaller. */
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
