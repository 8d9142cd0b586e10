/** The worker's side of the pool: what a thread does with each kind of task. A new one gets a line here. */
import { threadId } from 'node:worker_threads';
import { toPlainError } from '../ground/errors.js';
import { Stopwatch } from '../ground/timing.js';
import type { Answer } from './task.js';
import { type BlobTask, runBlob } from './tasks/blob.js';
import { type BlobAlongTask, runBlobAlong } from './tasks/blob-along.js';
import { type CompressTask, runCompress } from './tasks/compress.js';
import { type DigestTask, type FeedTask, type HashRingTask, runDigest, runFeed, runHashRing } from './tasks/digest.js';
import { type FactsTask, runFacts } from './tasks/facts.js';
import { type PackTask, runPack } from './tasks/pack.js';
import { runScan, type ScanTask } from './tasks/scan.js';

export type AnyTask =
  | ScanTask
  | FactsTask
  | DigestTask
  | FeedTask
  | HashRingTask
  | BlobTask
  | BlobAlongTask
  | PackTask
  | CompressTask;

/** Does one task in a worker. Never throws: a failure is an answer, so that nothing of it is lost. */
export async function runTask(task: AnyTask): Promise<Answer<unknown>> {
  const watch = new Stopwatch(threadId);
  try {
    const value = await perform(task, watch);
    return { ok: true, value, timing: watch.stop() };
  } catch (error) {
    return { ok: false, error: toPlainError(error) };
  }
}

function perform(task: AnyTask, watch: Stopwatch): unknown {
  switch (task.kind) {
    case 'scan':
      return runScan(task);
    case 'facts':
      return runFacts(task);
    case 'digest':
      return runDigest(task);
    case 'feed':
      return runFeed(task, watch);
    case 'hash-ring':
      return runHashRing(task, watch);
    case 'blob':
      return runBlob(task, watch);
    case 'blob-along':
      return runBlobAlong(task, watch);
    case 'pack':
      return runPack(task, watch);
    case 'compress':
      return runCompress(task, watch);
  }
}
