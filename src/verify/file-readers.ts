/** Threads that read the files of an image. */

import type { IndexedEntry } from '../tar/archive-index.js';
import { runBounded } from '../threads/run-bounded.js';
import { type FactsPlace, findFacts } from '../threads/tasks/facts.js';
import { Threads } from '../threads/threads.js';
import type { Contents } from './contents.js';
import { type HashedFile, wantedOf } from './hashed-file.js';
import type { Reading } from './progress.js';

/** A file that is to be read. */
export interface FileToRead {
  readonly entry: IndexedEntry;
  readonly place: FactsPlace;
  /** Bytes, as far as they are known. */
  readonly size: number;
}

export interface ReadFilesOptions {
  /** By default the cores that this process may use. */
  readonly workers?: number | undefined;
  readonly reading: Reading;
}

/** Reads files on all threads, and gives them in their order. One that cannot be read is a mismatch. */
export async function readFiles(
  files: readonly FileToRead[],
  contents: Contents,
  { workers, reading }: ReadFilesOptions,
): Promise<HashedFile[]> {
  const found: HashedFile[] = [];
  if (files.length === 0) return found;
  const threads = new Threads({ workers });
  const { pool } = threads;
  try {
    // The largest first: a large one that came last would keep one thread busy, and the others idle.
    const order = [...files.entries()].sort(([, a], [, b]) => b.size - a.size);
    await runBounded(order, pool.threads, async ([i, { entry, place }]) => {
      const result = await findFacts(pool, { place, wanted: wantedOf(entry), read: reading.counter });
      found[i] = await contents.fileOf(entry, result);
    });
  } finally {
    await threads.close();
  }
  return found;
}
