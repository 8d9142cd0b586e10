/** What advice is made of: a report's facts, from where on they matter, and how they are told. */
import { formatSeconds } from '../../../ground/format.js';
import type { Report } from '../model.js';

/** All of a report but what follows from it. */
export type Facts = Omit<Report, 'advice'> & {
  /** Bytes of all files, without the tar's headers and padding. */
  readonly fileBytes: number;
};

/** From where on something is told: parts of all bytes, or of all time. */
export const MOST = 0.5;
export const MUCH = 0.25;

/** Bytes of a store path below which nobody would split it. */
export const LARGE = 50_000_000;

/** How much of the critical path such work took. */
export function partOfPath(facts: Facts, is: (share: Facts['criticalShares'][number]) => boolean): number {
  const time = facts.criticalShares.filter(is).reduce((total, share) => total + share.time, 0);
  return time / 1000 / facts.totals.seconds;
}

export function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

export function seconds(milliseconds: number): string {
  return formatSeconds(milliseconds / 1000);
}
