import { threadId } from 'node:worker_threads';
import { toPlainError } from '../errors.js';
import { digestLayer } from '../layer/digest.js';
import { walkTree } from '../layer/walk.js';
import { Stopwatch } from '../timing.js';
import type { Answer, LayerTask, TaskValues } from './messages.js';

/** Does one task of the pool, in a worker. Never throws: a failure is an answer, so that nothing of it is lost. */
export function runLayerTask(task: LayerTask): Answer<TaskValues[LayerTask['kind']]> {
  const watch = new Stopwatch(threadId);
  try {
    const value = perform(task);
    return { ok: true, value, timing: watch.stop() };
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
