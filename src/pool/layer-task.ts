import { threadId } from 'node:worker_threads';
import { toPlainError } from '../errors.js';
import { digestLayer } from '../layer/digest.js';
import { walkTree } from '../layer/walk.js';
import type { Answer, LayerTask, TaskValues } from './messages.js';

/** Does one task of the pool, in a worker. Never throws: a failure is an answer, so that nothing of it is lost. */
export function runLayerTask(task: LayerTask): Answer<TaskValues[LayerTask['kind']]> {
  const start = now();
  try {
    const value = perform(task);
    return { ok: true, value, timing: { thread: threadId, start, end: now() } };
  } catch (error) {
    return { ok: false, error: toPlainError(error) };
  }
}

function perform(task: LayerTask): TaskValues[LayerTask['kind']] {
  if (task.kind === 'scan') return walkTree(task.spec);
  return digestLayer(task.content, {
    onBytes: (count) => {
      Atomics.add(task.summed, 0, BigInt(count));
    },
  });
}

/** Milliseconds since the epoch, the same on all threads. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
