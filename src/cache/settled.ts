import type { LayerContent } from '../layer/source.js';

/**
 * Milliseconds by which a file's last change must lie before the scan. The coarsest file systems that can hold a store
 * stamp whole seconds or two; kernels stamp by a clock that lags up to 10 ms behind (one tick at 100 Hz); and a file
 * server's clock may be a little behind this machine's.
 */
export const SETTLING_TIME = 3000;

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/**
 * Whether any later change of a layer's files must give them another ctime than the one listed, so that the layer's
 * key stands for these bytes only. A file that is changed within one tick of the file system's clock after it was
 * listed shows the same ctime as before (git calls such index entries racily clean: git's
 * Documentation/technical/racy-git.txt). A ctime in the future is never settled.
 *
 * What the file system does not show stays unseen: a clock set back, or writes into a shared mapping that was dirty
 * already.
 *
 * @param scanStart A time in milliseconds since the epoch, before any of the layer's files was looked at.
 */
export function isSettled(content: LayerContent, scanStart: number): boolean {
  const limit = BigInt(Math.floor(scanStart) - SETTLING_TIME) * NANOSECONDS_PER_MILLISECOND;
  if (content.kind === 'file') return content.ctime < limit;
  return content.listings.every(({ ctime }) => isBelow(ctime, limit));
}

/** A loop, which is compiled to compare without making an object of each time. */
function isBelow(times: BigInt64Array, limit: bigint): boolean {
  for (let i = 0; i < times.length; i++) {
    if ((times[i] ?? limit) >= limit) return false;
  }
  return true;
}
