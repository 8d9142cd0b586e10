/** Reads a file of an image, and computes all that its bytes say. */
import { closeFile, openRegularFile } from '../../files/open.js';
import { readFully } from '../../files/read.js';
import { systemCode, systemReason } from '../../ground/errors.js';
import { FactsReader, type FactsWanted, type FileFacts } from '../../layer/file-facts.js';
import { adderTo } from '../shared/counter.js';
import type { Task, TaskRunner } from '../task.js';

/** A file, of which no link is followed; or a part of an open one, which whoever asks closes. */
export type FactsPlace =
  | { readonly path: string }
  | { readonly fd: number; readonly offset: number; readonly size: number };

export interface FactsTask extends Task<FactsFound> {
  readonly kind: 'facts';
  readonly place: FactsPlace;
  readonly wanted: FactsWanted;
  /** One cell, to which the bytes of each chunk are added when they are read. */
  readonly read: BigInt64Array;
}

export type FactsFound =
  | { readonly kind: 'read'; readonly facts: FileFacts }
  /** Something else has taken the place of a regular file. */
  | { readonly kind: 'irregular' }
  | { readonly kind: 'unreadable'; readonly why: string };

const CHUNK_SIZE = 1024 * 1024;

/** @throws {LayerstreamError} `WORKER_DIED` */
export async function findFacts(runner: TaskRunner, options: Omit<FactsTask, 'kind' | 'result'>): Promise<FactsFound> {
  const task: FactsTask = { kind: 'facts', ...options };
  return (await runner.run(task)).value;
}

export async function runFacts({ place, wanted, read }: FactsTask): Promise<FactsFound> {
  try {
    if ('fd' in place) return { kind: 'read', facts: await readFacts(place, { wanted, read }) };
    const fd = openRegularFile(place.path, { links: 'refuse' });
    if (fd === undefined) return { kind: 'irregular' };
    try {
      const whole = { fd, offset: 0, size: Number.POSITIVE_INFINITY };
      return { kind: 'read', facts: await readFacts(whole, { wanted, read }) };
    } finally {
      closeFile(fd);
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return { kind: 'unreadable', why: systemReason(error) };
  }
}

async function readFacts(
  { fd, offset, size }: { readonly fd: number; readonly offset: number; readonly size: number },
  { wanted, read }: Pick<FactsTask, 'wanted' | 'read'>,
): Promise<FileFacts> {
  const reader = new FactsReader(wanted);
  const add = adderTo(read);
  const chunk = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  for (let done = 0; done < size; ) {
    const length = Math.min(chunk.length, size - done);
    const count = readFully(fd, { target: chunk, at: 0, length, position: offset + done });
    await reader.update(chunk.subarray(0, count));
    add(count);
    done += count;
    if (count < length) break;
  }
  return reader.finish();
}
