/** Entry of the pool's threads: a task in, its answer out. */
import { giveWay, runsBesideStream } from '../src/threads/give-way.js';
import { runLayerTask } from '../src/threads/layer-task.js';
import type { LayerTask } from '../src/threads/messages.js';

export default function run(task: LayerTask): ReturnType<typeof runLayerTask> {
  if (runsBesideStream(task)) giveWay();
  return runLayerTask(task);
}
