import type { Listing } from './listing.js';

/** Bytes in the tar of all entries of each path of a layer, in the order of the paths. Reads no names. */
export function pathSizes(listings: readonly Listing[]): number[] {
  return listings.flatMap(({ count, depth, entryEnd }) => {
    const starts: number[] = [];
    for (let i = 0; i < count; i++) if (depth[i] === 0) starts.push(i === 0 ? 0 : (entryEnd[i - 1] ?? 0));
    return starts.map((start, i) => (starts[i + 1] ?? entryEnd[count - 1] ?? 0) - start);
  });
}
