/** Entry of the pool's threads: a task in, its answer out. */
import { giveWay, runsDuringStream } from '../src/threads/give-way.js';
import { type AnyTask, runTask } from '../src/threads/run-task.js';

export default function run(task: AnyTask): ReturnType<typeof runTask> {
  if (runsDuringStream(task)) giveWay();
  return runTask(task);
}
