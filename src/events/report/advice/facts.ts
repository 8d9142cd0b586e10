/** What all rules use: a report's facts, the thresholds from which they matter, and formats. */
import type { CompressionKind } from '../../../compression/kind.js';
import { formatSeconds } from '../../../ground/format.js';
import type { Report } from '../model.js';

/** What advice is made of. */
export type Facts = Omit<Report, 'advice' | 'about'> & {
  /** Bytes of all files, without the tar's headers and padding. */
  readonly fileBytes: number;
};

/** Thresholds, as parts of all bytes or of all time. */
export const MOST = 0.5;
export const MUCH = 0.25;

/** Bytes of a store path. Below it, splitting is not worth the effort. */
export const LARGE = 50_000_000;

/** How much of the time such work took on the critical path, as a part of 1. */
export function partOfPath(facts: Facts, is: (share: Facts['criticalShares'][number]) => boolean): number {
  const time = facts.criticalShares.filter(is).reduce((total, share) => total + share.time, 0);
  return time / 1000 / facts.totals.seconds;
}

/** How blobs are compressed, also of layers that are streamed at the same time. */
export function compressionOf({ totals, layers }: Facts): CompressionKind | undefined {
  return (
    totals.blobs ?? layers.find(({ blob }) => blob !== undefined && blob.compression !== 'none')?.blob?.compression
  );
}

/** Only all of it is 100 %. */
export function percent(part: number): string {
  const rounded = Math.round(part * 100);
  return rounded === 100 && part < 1 ? 'over 99 %' : `${rounded} %`;
}

export function seconds(milliseconds: number): string {
  return formatSeconds(milliseconds / 1000);
}
