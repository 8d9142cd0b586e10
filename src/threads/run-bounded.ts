import { Deferred } from '../ground/deferred.js';

/**
 * Runs an action for each item, in order of the items, on at most `threads` threads at a time: each on one, or on as
 * many of the free ones as `share` says. After a failure no further one is begun, and the first is the one that is thrown.
 */
export async function runBounded<T>(
  items: Iterable<T>,
  threads: number,
  action: (item: T, threads: number) => Promise<void>,
  share: (item: T, free: number) => number = () => 1,
): Promise<void> {
  const runs: Promise<void>[] = [];
  let free = threads;
  let isFailed = false;
  const failure = new Deferred<never>();
  let ended = new Deferred<void>();
  const run = async (item: T, taken: number): Promise<void> => {
    free -= taken;
    try {
      await action(item, taken);
    } catch (error) {
      isFailed = true;
      failure.reject(error);
    } finally {
      free += taken;
      ended.resolve();
      ended = new Deferred();
    }
  };
  for (const item of items) {
    while (free === 0) await ended.promise;
    if (isFailed) break;
    runs.push(run(item, share(item, free)));
  }
  await Promise.race([failure.promise, Promise.all(runs)]);
}
