import { threadId } from 'node:worker_threads';
import { LayerstreamError, toPlainError } from '../ground/errors.js';
import { Stopwatch } from '../ground/timing.js';
import { digestLayer } from '../layer/digest.js';
import type { Digest } from '../oci/digest.js';
import { walkTree } from '../scan/walk.js';
import { helpBlob, leadBlob } from './blob-task.js';
import { hashRing } from './hash-along.js';
import type { Answer, LayerTask, TaskValues } from './messages.js';
import { fillRing } from './read-ahead.js';
import { closeRing, RingFiller, RingTaker } from './ring.js';

/** Does one task of the pool, in a worker. Never throws: a failure is an answer, so that nothing of it is lost. */
export async function runLayerTask(task: LayerTask): Promise<Answer<TaskValues[LayerTask['kind']]>> {
  const watch = new Stopwatch(threadId);
  try {
    const value = await perform(task, watch);
    return { ok: true, value, timing: watch.stop() };
  } catch (error) {
    return { ok: false, error: toPlainError(error) };
  }
}

function perform(
  task: LayerTask,
  watch: Stopwatch,
): TaskValues[LayerTask['kind']] | Promise<TaskValues[LayerTask['kind']]> {
  switch (task.kind) {
    case 'scan':
      return walkTree(task.spec);
    case 'digest':
      return digestLayer(task.content, { onBytes: counterOf(task.hashed) });
    case 'feed':
      return feed(task, watch);
    case 'hash':
      return sum(task, watch);
    case 'blob':
      return leadBlob({ ...task, onBytes: counterOf(task.hashed), watch });
    case 'compress':
      return helpBlob(task, watch);
  }
}

function feed({ content, ring }: Extract<LayerTask, { kind: 'feed' }>, watch: Stopwatch): undefined {
  try {
    fillRing(new RingFiller(ring), { content, diffId: undefined, watch });
  } catch (error) {
    closeRing(ring);
    throw error;
  }
}

function sum({ size, ring, hashed }: Extract<LayerTask, { kind: 'hash' }>, watch: Stopwatch): Digest {
  const taker = new RingTaker(ring);
  const count = counterOf(hashed);
  const onBytes = (bytes: number): void => {
    count(bytes);
    taker.free();
  };
  const diffId = hashRing(taker, { size, onBytes, watch });
  if (diffId === undefined) throw new LayerstreamError('ABORTED', 'the reading of a layer that is hashed failed');
  return diffId;
}

function counterOf(cell: BigInt64Array): (count: number) => void {
  return (count) => {
    Atomics.add(cell, 0, BigInt(count));
  };
}
